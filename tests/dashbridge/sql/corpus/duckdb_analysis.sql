-- Questions as analysts ask them of DuckDB: a title, then one query. Tables: duckdb_tables.sql.
-- revenue by month
SELECT date_trunc('month', order_date) AS month, sum(total) AS revenue, count(*) AS orders FROM orders GROUP BY ALL ORDER BY ALL;
-- paid revenue by month and channel
SELECT strftime(order_date, '%Y-%m') AS month, channel, round(sum(total), 2) AS revenue FROM main.orders WHERE status = 'paid' GROUP BY 1, 2 ORDER BY 1, 2;
-- average order value by week
SELECT date_trunc('week', order_date) AS week, sum(total) / count(DISTINCT order_id) AS aov FROM orders GROUP BY week ORDER BY week;
-- orders per weekday
SELECT dayname(order_date) AS weekday, isodow(order_date) AS nth, count(*) AS orders FROM orders GROUP BY ALL ORDER BY nth;
-- orders per local hour
SELECT extract(hour FROM created_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin') AS hour, count(*) AS n FROM orders GROUP BY hour ORDER BY hour;
-- share of each region
SELECT coalesce(region, 'unknown') AS region, round(100 * sum(total) / sum(sum(total)) OVER (), 1) AS percent FROM orders GROUP BY 1 ORDER BY percent DESC, 1;
-- year over year
WITH monthly AS (SELECT year(order_date) AS y, month(order_date) AS m, sum(total) AS revenue FROM orders GROUP BY y, m)
SELECT a.m, a.revenue AS this_year, b.revenue AS last_year, (a.revenue - b.revenue) / nullif(b.revenue, 0) AS change
FROM monthly a LEFT JOIN monthly b ON b.m = a.m AND b.y = a.y - 1 WHERE a.y = 2024 ORDER BY a.m;
-- month over month
WITH monthly AS (FROM orders SELECT date_trunc('month', order_date) AS month, sum(total) AS revenue GROUP BY 1)
SELECT *, revenue - lag(revenue) OVER w AS change, round(100 * revenue / lag(revenue) OVER w - 100, 1) AS percent FROM monthly WINDOW w AS (ORDER BY month) ORDER BY month;
-- running total
SELECT day, revenue, sum(revenue) OVER (ORDER BY day) AS so_far FROM (SELECT order_date AS day, sum(total) AS revenue FROM orders GROUP BY 1) ORDER BY day;
-- month to date
SELECT order_id, sum(total) OVER (PARTITION BY date_trunc('month', order_date) ORDER BY order_date, order_id) AS month_to_date FROM orders ORDER BY order_id;
-- seven day average by interval
WITH daily AS (SELECT order_date AS day, sum(total) AS revenue FROM orders GROUP BY day)
SELECT day, avg(revenue) OVER (ORDER BY day RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW) AS week_average FROM daily ORDER BY day;
-- moving average of three rows
SELECT day, symbol, avg(close) OVER (PARTITION BY symbol ORDER BY day ROWS 2 PRECEDING) AS smooth FROM prices ORDER BY symbol, day;
-- centred window
SELECT day, symbol, close - avg(close) OVER w AS off, stddev_samp(close) OVER w AS spread FROM prices WINDOW w AS (PARTITION BY symbol ORDER BY day ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING) ORDER BY 2, 1;
-- window without the row itself
SELECT order_id, avg(total) OVER (PARTITION BY channel ORDER BY order_id ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW) AS neighbours FROM orders ORDER BY order_id;
-- daily return
SELECT symbol, day, round(close / lag(close) OVER (PARTITION BY symbol ORDER BY day) - 1, 5) AS daily FROM prices ORDER BY ALL;
-- worst fall
WITH peaks AS (SELECT symbol, close, max(close) OVER (PARTITION BY symbol ORDER BY day) AS peak FROM prices) SELECT symbol, min(close / peak - 1) AS worst FROM peaks GROUP BY symbol ORDER BY symbol;
-- opening and closing price of a month
SELECT symbol, date_trunc('month', day) AS month, arg_min(close, day) AS opened, arg_max(close, day) AS closed, max(close) AS high, min(close) AS low FROM prices GROUP BY ALL ORDER BY ALL;
-- quartiles
SELECT region, quantile_cont(total, [0.25, 0.5, 0.75]) AS quartiles, median(total) AS median FROM orders GROUP BY region ORDER BY region;
-- ordered set percentiles
SELECT device, percentile_cont(0.9) WITHIN GROUP (ORDER BY duration_ms) AS p90, percentile_disc(0.5) WITHIN GROUP (ORDER BY duration_ms) AS p50 FROM hits GROUP BY device ORDER BY device;
-- histogram of order values
SELECT floor(total / 25) * 25 AS bucket, count(*) AS n, bar(count(*), 0, 30, 10) AS drawn FROM orders GROUP BY bucket ORDER BY bucket;
-- map of counts
SELECT channel, histogram(status) AS by_status FROM orders GROUP BY channel ORDER BY channel;
-- bands by case
SELECT CASE WHEN total >= 200 THEN 'large' WHEN total >= 100 THEN 'middle' ELSE 'small' END AS band, count(*) AS n, avg(total) AS mean FROM orders GROUP BY band ORDER BY mean DESC;
-- top three of each region
SELECT region, order_id, total FROM orders WHERE region IS NOT NULL QUALIFY row_number() OVER (PARTITION BY region ORDER BY total DESC, order_id) <= 3 ORDER BY ALL;
-- top of each group by max with n
SELECT region, max(total, 3) AS top FROM orders GROUP BY region ORDER BY region;
-- products by revenue
WITH sold AS (SELECT i.item.sku AS sku, sum(i.item.quantity * i.item.price) AS revenue FROM orders, unnest(line_items) AS i(item) GROUP BY 1)
SELECT p.name, s.revenue, rank() OVER (ORDER BY s.revenue DESC) AS place FROM sold s JOIN products p USING (sku) ORDER BY place, p.name;
-- best customer of each channel
SELECT channel, arg_max(user_id, (spent, -user_id)) AS best FROM (SELECT channel, user_id, sum(total) AS spent FROM orders GROUP BY ALL) GROUP BY channel ORDER BY channel;
-- eighty twenty
WITH spent AS (SELECT user_id, sum(total) AS revenue FROM orders GROUP BY user_id),
running AS (SELECT *, sum(revenue) OVER (ORDER BY revenue DESC, user_id) / sum(revenue) OVER () AS share FROM spent)
SELECT count(*) AS users, count(*) FILTER (share <= 0.8) AS of_eighty FROM running;
-- deciles
SELECT decile, count(*) AS users, sum(revenue) AS revenue FROM (SELECT revenue, ntile(10) OVER (ORDER BY revenue DESC, user_id) AS decile FROM (SELECT user_id, sum(total) AS revenue FROM orders GROUP BY 1)) GROUP BY decile ORDER BY decile;
-- recency frequency money
WITH rfm AS (SELECT user_id, DATE '2024-05-01' - max(order_date) AS recency, count(*) AS frequency, sum(total) AS money FROM orders GROUP BY user_id)
SELECT user_id, ntile(4) OVER (ORDER BY recency DESC, user_id) AS r, ntile(4) OVER (ORDER BY frequency, user_id) AS f, ntile(4) OVER (ORDER BY money, user_id) AS m FROM rfm ORDER BY user_id;
-- monthly cohorts
WITH firsts AS (SELECT user_id, date_trunc('month', min(order_date)) AS cohort FROM orders GROUP BY user_id)
SELECT cohort, date_diff('month', cohort, order_date) AS age, count(DISTINCT user_id) AS users FROM orders JOIN firsts USING (user_id) GROUP BY ALL ORDER BY ALL;
-- cohort retention
WITH firsts AS (SELECT user_id, date_trunc('month', min(order_date)) AS cohort FROM orders GROUP BY user_id),
sizes AS (SELECT cohort, count(*) AS size FROM firsts GROUP BY cohort),
activity AS (SELECT DISTINCT cohort, user_id, datediff('month', cohort, order_date) AS age FROM orders JOIN firsts USING (user_id))
SELECT cohort, age, count(*) / any_value(size) AS retention FROM activity JOIN sizes USING (cohort) GROUP BY cohort, age ORDER BY cohort, age;
-- cohorts as a pivot
SELECT * FROM (SELECT date_trunc('month', min(order_date) OVER (PARTITION BY user_id)) AS cohort, date_diff('month', min(order_date) OVER (PARTITION BY user_id), order_date) AS age, user_id FROM orders)
PIVOT (count(DISTINCT user_id) FOR age IN (0, 1, 2, 3, 4)) ORDER BY cohort;
-- retention by week
WITH visits AS (SELECT DISTINCT user_id, date_trunc('week', created_at)::DATE AS week FROM hits), starts AS (SELECT user_id, min(week) AS start FROM visits GROUP BY user_id)
SELECT (week - start) // 7 AS later, count(DISTINCT user_id) AS users FROM visits JOIN starts USING (user_id) GROUP BY later ORDER BY later;
-- new and returning
SELECT date_trunc('month', order_date) AS month, count(*) FILTER (WHERE nth = 1) AS newcomers, count(*) FILTER (WHERE nth > 1) AS returning_ones
FROM (SELECT order_date, row_number() OVER (PARTITION BY user_id ORDER BY order_date, order_id) AS nth FROM orders) GROUP BY month ORDER BY month;
-- days between orders
SELECT user_id, avg(gap) AS mean_gap, max(gap) AS longest FROM (SELECT user_id, order_date - lag(order_date) OVER (PARTITION BY user_id ORDER BY order_date, order_id) AS gap FROM orders) WHERE gap IS NOT NULL GROUP BY ALL ORDER BY ALL;
-- churned customers
SELECT user_id, max(order_date) AS last_order FROM orders GROUP BY user_id HAVING last_order < DATE '2024-05-01' - INTERVAL 10 DAY ORDER BY ALL;
-- customers without orders
SELECT user_id, name FROM users ANTI JOIN orders USING (user_id) ORDER BY user_id;
-- customers with refunds
SELECT name FROM users SEMI JOIN refunds USING (user_id) ORDER BY name;
-- buyers without refunds
SELECT u.name FROM users u WHERE EXISTS (FROM orders o WHERE o.user_id = u.user_id) AND NOT EXISTS (FROM refunds r WHERE r.user_id = u.user_id AND r.reason = 'size') ORDER BY u.name;
-- refund rate
SELECT o.channel, count(r.order_id) AS refunded, count(*) AS n, count(r.order_id) / count(*) AS rate FROM orders o LEFT JOIN refunds r ON r.order_id = o.order_id GROUP BY o.channel ORDER BY rate DESC, o.channel;
-- funnel by filters
SELECT count(DISTINCT user_id) AS visited, count(DISTINCT user_id) FILTER (step = 'cart') AS carted, count(DISTINCT user_id) FILTER (step = 'buy') AS bought FROM hits;
-- ordered funnel
WITH steps AS (SELECT user_id, min(created_at) FILTER (step = 'view') AS viewed, min(created_at) FILTER (step = 'cart') AS carted, min(created_at) FILTER (step = 'buy') AS bought FROM hits GROUP BY user_id)
SELECT count(viewed) AS viewed, count_if(carted >= viewed) AS carted, count_if(bought >= carted AND carted >= viewed) AS bought FROM steps;
-- funnel by device
SELECT device, step, count(DISTINCT user_id) AS users, users / max(users) OVER (PARTITION BY device) AS of_largest FROM hits GROUP BY device, step ORDER BY device, users DESC, step;
-- funnel within an hour
SELECT count(DISTINCT a.user_id) AS users FROM hits a JOIN hits b ON a.user_id = b.user_id AND a.step = 'view' AND b.step = 'buy' AND b.created_at BETWEEN a.created_at AND a.created_at + INTERVAL 1 HOUR;
-- time to conversion
SELECT user_id, date_sub('minute', min(created_at), min(created_at) FILTER (step = 'buy')) AS minutes FROM hits GROUP BY user_id ORDER BY user_id;
-- sessions by a gap
WITH gaps AS (SELECT *, (created_at - lag(created_at) OVER w <= INTERVAL 30 MINUTE) IS NOT TRUE AS fresh FROM hits WINDOW w AS (PARTITION BY user_id ORDER BY created_at)),
sessions AS (SELECT *, sum(fresh::INT) OVER (PARTITION BY user_id ORDER BY created_at) AS session FROM gaps)
SELECT user_id, session, count(*) AS n, epoch(max(created_at) - min(created_at)) AS seconds FROM sessions GROUP BY ALL ORDER BY ALL;
-- bounce rate
WITH numbered AS (SELECT user_id, count_if(fresh) OVER (PARTITION BY user_id ORDER BY created_at) AS session
  FROM (SELECT user_id, created_at, coalesce(created_at > lag(created_at) OVER (PARTITION BY user_id ORDER BY created_at) + INTERVAL '6 hours', true) AS fresh FROM hits))
SELECT count(*) AS sessions, avg(n) AS each, avg((n = 1)::INT) AS bounce FROM (SELECT count(*) AS n FROM numbered GROUP BY user_id, session);
-- page before the sale
SELECT previous, count(*) AS sales FROM (SELECT step, lag(regexp_extract(url, 'example/(\w+)', 1)) OVER (PARTITION BY user_id ORDER BY created_at) AS previous FROM hits) WHERE step = 'buy' GROUP BY previous ORDER BY sales DESC, previous;
-- most common paths
SELECT path, count(*) AS users FROM (SELECT user_id, array_to_string(list(step ORDER BY created_at)[1:3], ' > ') AS path FROM hits GROUP BY user_id) GROUP BY path ORDER BY users DESC, path;
-- traffic sources
SELECT regexp_extract(url, 'utm_source=([^&]+)', 1) AS source, count(*) AS n, count(DISTINCT user_id) AS users FROM hits GROUP BY source ORDER BY n DESC, source;
-- landing pages
SELECT page, count(*) AS users FROM (SELECT DISTINCT ON (user_id) user_id, split_part(split_part(url, '/', 4), '?', 1) AS page FROM hits ORDER BY user_id, created_at) GROUP BY page ORDER BY users DESC, page;
-- slow pages
SELECT step, approx_quantile(duration_ms, 0.5) BETWEEN 0 AND 4000 AS sane, max(duration_ms) AS slowest, mad(duration_ms) AS spread FROM hits GROUP BY step ORDER BY step;
-- daily users with empty days
SELECT d.day::DATE AS day, count(DISTINCT h.user_id) AS users FROM generate_series(DATE '2024-02-01', DATE '2024-02-10', INTERVAL 1 DAY) AS d(day) LEFT JOIN hits h ON h.created_at::DATE = d.day GROUP BY 1 ORDER BY 1;
-- weekly users over seven days
WITH days AS (SELECT unnest(range(DATE '2024-02-01', DATE '2024-02-15', INTERVAL 1 DAY))::DATE AS day)
SELECT d.day, count(DISTINCT h.user_id) AS wau FROM days d JOIN hits h ON h.created_at::DATE BETWEEN d.day - 6 AND d.day GROUP BY d.day ORDER BY d.day;
-- stickiness
WITH daily AS (SELECT created_at::DATE AS day, count(DISTINCT user_id) AS dau FROM hits GROUP BY 1) SELECT avg(dau) / (SELECT count(DISTINCT user_id) FROM hits) AS stickiness FROM daily;
-- gaps in readings
SELECT sensor, seen_at AS before, next_at AS after, next_at - seen_at AS pause FROM (SELECT *, lead(seen_at) OVER (PARTITION BY sensor ORDER BY seen_at) AS next_at FROM sensors) WHERE pause > INTERVAL 10 MINUTE ORDER BY ALL;
-- islands of trading days
SELECT symbol, min(day) AS since, max(day) AS until, count(*) AS days FROM (SELECT *, day - row_number() OVER (PARTITION BY symbol ORDER BY day)::INT AS island FROM prices) GROUP BY symbol, island ORDER BY symbol, since;
-- longest rising streak
WITH moves AS (SELECT symbol, day, close > lag(close) OVER (PARTITION BY symbol ORDER BY day) AS up FROM prices),
runs AS (SELECT *, count(*) FILTER (NOT up) OVER (PARTITION BY symbol ORDER BY day) AS run FROM moves)
SELECT symbol, max(length) AS longest FROM (SELECT symbol, run, count_if(up) AS length FROM runs GROUP BY ALL) GROUP BY symbol ORDER BY symbol;
-- carried forward
SELECT sensor, seen_at, last_value(value IGNORE NULLS) OVER (PARTITION BY sensor ORDER BY seen_at) AS filled FROM sensors ORDER BY ALL;
-- quarter hours
SELECT time_bucket(INTERVAL '15 minutes', seen_at) AS slot, avg(value) AS mean FROM sensors GROUP BY slot ORDER BY slot;
-- nearest reading
SELECT h.hit_id, s.value FROM hits h ASOF LEFT JOIN (SELECT seen_at - INTERVAL 20 DAY AS seen_at, value FROM sensors WHERE sensor = 's1') s ON h.created_at >= s.seen_at ORDER BY h.hit_id;
-- outliers by z-score
SELECT sensor, seen_at, value FROM sensors WINDOW w AS (PARTITION BY sensor) QUALIFY abs(value - avg(value) OVER w) > 1.5 * stddev(value) OVER w ORDER BY ALL;
-- outliers by quartiles
WITH q AS (SELECT quantile_cont(total, 0.25) AS q1, quantile_cont(total, 0.75) AS q3 FROM orders) SELECT count(*) AS outliers FROM orders, q WHERE total NOT BETWEEN q1 - 1.5 * (q3 - q1) AND q3 + 1.5 * (q3 - q1);
-- latest row of each user
SELECT * EXCLUDE (tags, line_items) FROM orders QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY created_at DESC) = 1 ORDER BY user_id;
-- duplicates
SELECT user_id, step, count(*) AS copies FROM hits GROUP BY ALL HAVING copies > 1 ORDER BY copies DESC, user_id, step;
-- distinct on
SELECT DISTINCT ON (channel) channel, order_id, total FROM orders ORDER BY channel, total DESC, order_id;
-- pivot by status
SELECT * FROM (SELECT region, status, total FROM orders WHERE region IS NOT NULL) PIVOT (sum(total) FOR status IN ('paid', 'sent', 'open')) ORDER BY region;
-- pivot with two measures
SELECT * FROM (SELECT channel, status, total FROM orders) PIVOT (sum(total) AS revenue, count(*) AS n FOR status IN ('paid', 'cancelled')) ORDER BY channel;
-- pivot by hand
SELECT region, sum(total) FILTER (channel = 'web') AS web, sum(if(channel = 'app', total, 0)) AS app, sum(CASE channel WHEN 'store' THEN total END) AS store FROM orders GROUP BY region ORDER BY region;
-- quarters as rows
SELECT region, quarter, amount FROM quarters UNPIVOT (amount FOR quarter IN (q1, q2, q3, q4)) ORDER BY ALL;
-- quarters with empty ones
SELECT * FROM quarters UNPIVOT INCLUDE NULLS (amount FOR quarter IN (q1, q2, q3)) ORDER BY ALL;
-- best quarter
SELECT region, arg_max(quarter, amount) AS best FROM quarters UNPIVOT (amount FOR quarter IN (q1, q2, q3, q4)) GROUP BY region ORDER BY region;
-- all columns at once
SELECT max(COLUMNS('q[0-9]')), min(COLUMNS('q[0-9]')) FROM quarters;
-- columns by a function
SELECT region, COLUMNS(lambda c: c LIKE 'q%') / 2 FROM quarters ORDER BY region;
-- greatest of columns
SELECT region, greatest(q1, q2, q3, q4) AS top, least(q1, q2, q4) AS low, (q1 + q2 + coalesce(q3, 0) + q4) / 4 AS mean FROM quarters ORDER BY region;
-- rollup
SELECT region, channel, sum(total) AS revenue FROM orders GROUP BY ROLLUP (region, channel) ORDER BY ALL;
-- grouping sets with labels
SELECT if(grouping(region) = 1, 'all', coalesce(region, '?')) AS region_name, if(grouping(status) = 1, 'all', status) AS status_name, count(*) AS n FROM orders GROUP BY GROUPING SETS ((region, status), (region), ()) ORDER BY ALL;
-- cube
SELECT channel, status, count(*) AS n FROM orders GROUP BY CUBE (channel, status) ORDER BY ALL;
-- worth of an order
SELECT order_id, len(line_items) AS lines, list_sum(list_transform(line_items, lambda i: i.quantity * i.price)) AS worth FROM orders ORDER BY order_id LIMIT 20;
-- revenue by category
SELECT p.category, sum(i.quantity * i.price) AS revenue FROM (SELECT unnest(line_items, recursive := true) FROM orders) i JOIN products p ON p.sku = i.sku GROUP BY p.category ORDER BY revenue DESC, 1;
-- items of orders
SELECT order_id, unnest(line_items).sku AS sku, generate_subscripts(line_items, 1) AS pos FROM orders ORDER BY ALL LIMIT 30;
-- tags
SELECT tag, count(*) AS n FROM orders, unnest(tags) AS t(tag) GROUP BY tag ORDER BY tag;
-- tags or none
SELECT coalesce(t.tag, 'none') AS tag, count(*) AS n FROM orders o LEFT JOIN LATERAL (SELECT unnest(o.tags) AS tag) t ON true GROUP BY 1 ORDER BY 1;
-- orders with a tag
SELECT count(*) AS gifts FROM orders WHERE list_contains(tags, 'gift') AND len(tags) > 1;
-- tags as text
SELECT order_id, array_to_string(list_sort(tags), ', ') AS tags FROM orders WHERE tags != [] ORDER BY order_id;
-- filtered list
SELECT order_id, [i.sku FOR i IN line_items IF i.price > 10] AS dear FROM orders ORDER BY order_id;
-- bought together
SELECT a.i.sku AS one, b.i.sku AS other, count(*) AS times FROM orders o, unnest(o.line_items) AS a(i), unnest(o.line_items) AS b(i) WHERE a.i.sku < b.i.sku GROUP BY ALL ORDER BY times DESC, one, other;
-- distinct items of a user
SELECT user_id, list_sort(list_distinct(flatten(list([i.sku FOR i IN line_items])))) AS skus FROM orders GROUP BY user_id ORDER BY user_id;
-- structs and maps
SELECT region, map(list(status ORDER BY status), list(n ORDER BY status)) AS by_status FROM (SELECT region, status, count(*) AS n FROM orders GROUP BY ALL) GROUP BY region ORDER BY region;
-- bins of a values list
SELECT b.label, count(o.order_id) AS n FROM (VALUES ('small', 0, 80), ('middle', 80, 160), ('large', 160, 1000)) AS b(label, low, high) LEFT JOIN orders o ON o.total >= b.low AND o.total < b.high GROUP BY b.label, b.low ORDER BY b.low;
-- nested result
SELECT region, list({'status': status, 'n': n} ORDER BY status) AS by_status FROM (SELECT region, status, count(*) AS n FROM orders GROUP BY ALL) GROUP BY region ORDER BY region;
-- fields of JSON
SELECT payload->>'$.user.name' AS name, (payload->>'price')::DOUBLE AS price FROM hits ORDER BY name LIMIT 10;
-- sums of JSON
SELECT (payload->'user'->>'id')::INT AS id, sum(CAST(payload->>'$.price' AS DECIMAL(10, 2))) AS price FROM hits GROUP BY id ORDER BY id;
-- tags in JSON
SELECT t.tag, count(*) AS n FROM (SELECT unnest(from_json((payload->'tags'), '["VARCHAR"]')) AS tag FROM hits) t GROUP BY t.tag ORDER BY t.tag;
-- JSON rows
SELECT e.key, count(*) AS n FROM hits, json_each(payload) e GROUP BY e.key ORDER BY e.key;
-- kinds of JSON
SELECT json_type(payload, '$.tags') AS kind, json_array_length((payload->'tags')) AS length, count_if((payload->>'ok')::BOOLEAN) AS fine FROM hits GROUP BY ALL ORDER BY ALL;
-- JSON made
SELECT to_json({'region': region, 'n': count(*)}) AS made FROM orders WHERE region IS NOT NULL GROUP BY region ORDER BY region;
-- reporting lines
WITH RECURSIVE chain AS (SELECT id, boss, 0 AS depth FROM staff WHERE boss IS NULL UNION ALL SELECT s.id, s.boss, c.depth + 1 FROM staff s JOIN chain c ON s.boss = c.id) SELECT depth, count(*) AS people FROM chain GROUP BY depth ORDER BY depth;
-- path to the top
WITH RECURSIVE chain(id, path) AS (SELECT id, [id] FROM staff WHERE boss IS NULL UNION ALL SELECT s.id, list_append(c.path, s.id) FROM staff s JOIN chain c ON s.boss = c.id) SELECT array_to_string(path, '/') AS path FROM chain ORDER BY path;
-- recursive days
WITH RECURSIVE days AS (SELECT DATE '2024-02-27' AS d UNION ALL SELECT d + 1 FROM days WHERE d < DATE '2024-03-02') SELECT d, dayname(d) AS weekday FROM days ORDER BY d;
-- fibonacci
WITH RECURSIVE f(n, a, b) AS (SELECT 1, 0, 1 UNION ALL SELECT n + 1, b, a + b FROM f WHERE n < 12) SELECT n, a FROM f ORDER BY n;
-- pay against the team
SELECT name, salary - avg(salary) OVER (PARTITION BY team) AS against_team, percent_rank() OVER (PARTITION BY team ORDER BY salary) AS standing FROM staff ORDER BY name;
-- best paid
SELECT team, max_by(name, salary) AS best, max(salary) AS salary FROM staff GROUP BY team ORDER BY team;
-- second highest
SELECT team, list(salary ORDER BY salary DESC)[2] AS second FROM staff GROUP BY team ORDER BY team;
-- boss and reports
SELECT b.name AS boss_name, string_agg(s.name, ', ' ORDER BY s.name) AS reports FROM staff s JOIN staff b ON b.id = s.boss GROUP BY b.name ORDER BY 1;
-- paid more than the boss
SELECT s.name FROM staff s JOIN staff b ON s.boss = b.id WHERE s.salary > b.salary ORDER BY s.name;
-- recurring revenue
WITH months AS (SELECT unnest(generate_series(DATE '2023-10-01', DATE '2024-04-01', INTERVAL 1 MONTH))::DATE AS month)
SELECT month, sum(mrr) AS mrr, count(DISTINCT user_id) AS payers FROM months JOIN subscriptions ON started <= month AND (ended IS NULL OR ended > month) GROUP BY month ORDER BY month;
-- churn rate
WITH ends AS (SELECT date_trunc('month', ended) AS month, count(*) AS lost FROM subscriptions WHERE ended IS NOT NULL GROUP BY month)
SELECT month, lost, lost / count_if(started < month AND (ended IS NULL OR ended >= month)) AS churn FROM ends CROSS JOIN subscriptions GROUP BY month, lost ORDER BY month;
-- overlapping subscriptions
SELECT a.subscription_id, b.subscription_id AS other FROM subscriptions a JOIN subscriptions b ON a.user_id = b.user_id AND a.subscription_id < b.subscription_id AND (a.started, coalesce(a.ended, DATE '9999-12-31')) < (b.ended, b.started) ORDER BY ALL;
-- lifetime
SELECT plan, avg(ended - started) AS days, count(*) FILTER (ended IS NULL) AS running FROM subscriptions GROUP BY plan ORDER BY plan;
-- survival
SELECT plan, avg((ended IS NULL OR ended - started >= 90)::INT) AS survived FROM subscriptions GROUP BY plan ORDER BY plan;
-- value of a customer
SELECT country, count(DISTINCT u.user_id) AS users, coalesce(sum(total), 0) / users AS value FROM users u LEFT JOIN orders o ON o.user_id = u.user_id AND o.status <> 'cancelled' GROUP BY country ORDER BY country;
-- days until the first order
SELECT plan, avg(first_order - signed_up) AS days FROM users JOIN (SELECT user_id, min(order_date) AS first_order FROM orders GROUP BY user_id) USING (user_id) WHERE first_order >= signed_up GROUP BY plan ORDER BY plan;
-- referrals
SELECT r.name AS referrer, count(*) AS invited, list(u.name ORDER BY u.user_id) AS names FROM users u JOIN users r ON u.referrer_id = r.user_id GROUP BY referrer ORDER BY invited DESC, referrer;
-- domains of addresses
SELECT coalesce(split_part(email, '@', 2), 'none') AS domain, count(*) AS users FROM users GROUP BY domain ORDER BY domain;
-- masked addresses
SELECT left(email, 1) || repeat('*', strpos(email, '@') - 2) || substring(email, strpos(email, '@')) AS masked FROM users WHERE email IS NOT NULL ORDER BY user_id;
-- names tidied
SELECT upper(trim(name)) AS tidy, lpad(user_id::VARCHAR, 4, '0') AS code, printf('%03d', user_id) AS other FROM users ORDER BY code;
-- missing values
SELECT count(*) AS n, count(*) - count(email) AS no_email, round(avg((email IS NULL)::INT), 3) AS share FROM users;
-- anti join by not in
SELECT order_id FROM orders WHERE order_id NOT IN (SELECT order_id FROM refunds) AND total > 200 ORDER BY order_id;
-- above the average of the region
SELECT o.order_id, o.total FROM orders o WHERE o.total > (SELECT avg(x.total) FROM orders x WHERE x.region = o.region) ORDER BY o.order_id;
-- scalars side by side
SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM refunds) AS refunds, (SELECT max(signed_up) FROM users) AS newest;
-- latest two of each user
SELECT u.user_id, t.order_id FROM users u, LATERAL (SELECT order_id FROM orders o WHERE o.user_id = u.user_id ORDER BY created_at DESC LIMIT 2) t ORDER BY ALL;
-- best day
SELECT order_date, sum(total) AS revenue FROM orders GROUP BY order_date ORDER BY revenue DESC, order_date LIMIT 1;
-- two lists as one
SELECT user_id, 'buyer' AS kind FROM orders UNION SELECT user_id, 'refunded' FROM refunds ORDER BY 1, 2;
-- union by name
SELECT user_id, total AS amount FROM orders WHERE order_id < 5 UNION ALL BY NAME SELECT amount, user_id, reason FROM refunds WHERE order_id < 9 ORDER BY ALL;
-- only buyers
SELECT user_id FROM orders EXCEPT SELECT user_id FROM refunds WHERE amount > 30 ORDER BY user_id;
-- two lists side by side
SELECT coalesce(o.region, r.region) AS region_name, sold, refunded FROM (SELECT region, sum(total) AS sold FROM orders WHERE region IS NOT NULL GROUP BY 1) o FULL JOIN (SELECT region, sum(amount) AS refunded FROM refunds GROUP BY 1) r ON o.region = r.region ORDER BY 1;
-- discount effect
SELECT if(discount > 0, 'discounted', 'full price') AS kind, count(*) AS n, avg(total * (1 - coalesce(discount, 0))) AS net FROM orders GROUP BY kind ORDER BY kind;
-- regression
SELECT regr_slope(total, items) AS slope, regr_intercept(total, items) AS base, regr_r2(total, items) AS fit, corr(items, total) AS r FROM orders;
-- shape of a distribution
SELECT skewness(total) AS skew, kurtosis(total) AS peak, entropy(status) AS bits, mode(channel) AS common FROM orders;
-- standardised
SELECT order_id, (total - avg(total) OVER ()) / stddev_pop(total) OVER () AS z FROM orders ORDER BY order_id;
-- weighted mean
SELECT region, sum(total * items) / sum(items) AS weighted FROM orders GROUP BY region ORDER BY region;
-- approximate users
SELECT channel, approx_count_distinct(user_id) > 0 AS some_users FROM orders GROUP BY channel ORDER BY channel;
-- change of channel
SELECT previous, channel, count(*) AS n FROM (SELECT channel, lag(channel) OVER (PARTITION BY user_id ORDER BY created_at) AS previous FROM orders) WHERE previous != channel GROUP BY ALL ORDER BY n DESC, previous, channel;
-- first touch
WITH touches AS (SELECT user_id, step, regexp_extract(url, 'utm_source=([a-z]+)', 1) AS source, row_number() OVER (PARTITION BY user_id ORDER BY created_at) AS nth FROM hits)
SELECT f.source, count(*) AS sales FROM touches t JOIN touches f ON f.user_id = t.user_id AND f.nth = 1 WHERE t.step = 'buy' GROUP BY f.source ORDER BY f.source;
-- shared attribution
WITH touches AS (SELECT user_id, regexp_extract(url, 'utm_source=(\w+)', 1) AS source, count(*) OVER (PARTITION BY user_id) AS n FROM hits), sales AS (SELECT user_id, sum(total) AS revenue FROM orders GROUP BY user_id)
SELECT source, round(sum(revenue / n), 4) AS credit FROM touches JOIN sales USING (user_id) GROUP BY source ORDER BY source;
-- test against control
WITH arms AS (SELECT user_id % 2 = 0 AS treated, bool_or(step = 'buy') AS bought FROM hits GROUP BY user_id)
SELECT treated, count(*) AS users, avg(bought::INT) AS rate, sqrt(rate * (1 - rate) / users) AS error FROM arms GROUP BY treated ORDER BY treated;
-- weeks of the calendar
SELECT strftime(order_date, '%G-W%V') AS iso_week, weekofyear(order_date) AS week, count(*) AS n FROM orders GROUP BY ALL ORDER BY ALL;
-- quarters of the calendar
SELECT year(order_date) || '-Q' || quarter(order_date) AS quarter, sum(total) AS revenue FROM orders GROUP BY 1 ORDER BY 1;
-- last thirty days of the data
SELECT count(*) AS n, sum(total) AS revenue FROM orders WHERE order_date > (SELECT max(order_date) FROM orders) - INTERVAL 30 DAY;
-- month ends
SELECT DISTINCT last_day(order_date) AS month_end, day(last_day(order_date)) AS days FROM orders ORDER BY 1;
-- working days
SELECT order_id, (SELECT count(*) FROM range(order_date, order_date + 10, INTERVAL 1 DAY) AS r(d) WHERE isodow(d) < 6) AS working FROM orders ORDER BY order_id LIMIT 10;
-- time of day
SELECT CASE WHEN hour(created_at) < 12 THEN 'morning' WHEN hour(created_at) BETWEEN 12 AND 17 THEN 'afternoon' ELSE 'evening' END AS part, count(*) AS n FROM orders GROUP BY part ORDER BY part;
-- heat of weekday and hour
SELECT strftime(created_at, '%a') AS weekday, hour(created_at) AS hour, count(*) AS n FROM orders GROUP BY ALL ORDER BY ALL;
-- casts that may fail
SELECT x, TRY_CAST(x AS INTEGER) AS whole, TRY_CAST(x AS DOUBLE) AS number, try_strptime(x, '%Y-%m-%d') AS day FROM unnest(['12', '1.5', '2024-02-30', 'x']) AS t(x) ORDER BY x;
-- texts with odd quotes
SELECT 'it''s' AS one, $$dollar 'quoted'$$ AS two, $tag$three $$ signs$tag$ AS three, E'tab\tend' AS four, '\d' AS five;
-- patterns
SELECT count_if(url LIKE '%/cart?%') AS carts, count_if(regexp_matches(url, '(?i)PAY\?')) AS pays, count_if(url ILIKE '%MAIL%') AS mails, count_if(ends_with(url, '0')) AS tens FROM hits;
-- text replaced
SELECT DISTINCT regexp_replace(url, '\?.*$', '') AS bare, string_split(url, '://')[1] AS scheme FROM hits ORDER BY 1;
-- odd names
SELECT "t"."odd name", t."select" FROM (SELECT 1 AS "odd name", 'x' AS "select") AS "t";
-- star with replaced columns
SELECT * EXCLUDE (email) REPLACE (upper(name) AS name, coalesce(referrer_id, 0) AS referrer_id) FROM users ORDER BY user_id;
-- aliases reused
SELECT total * items AS gross, gross * 0.19 AS tax, gross - tax AS net FROM orders WHERE gross > 500 ORDER BY gross DESC, order_id;
-- limits and offsets
SELECT order_id FROM orders ORDER BY total DESC, order_id LIMIT 5 OFFSET 5;
-- nulls first and last
SELECT order_id, discount FROM orders ORDER BY discount DESC NULLS LAST, order_id LIMIT 10;
-- from first
FROM users SELECT country, count(*) AS n GROUP BY country ORDER BY country;
-- all or any
SELECT region, bool_and(total > 0) AS every_one, bool_or(total > 230) AS some_one FROM orders GROUP BY region ORDER BY region;
-- compared with lists
SELECT order_id FROM orders WHERE total >= ALL (SELECT total FROM orders WHERE channel = 'store') AND region = ANY (SELECT region FROM refunds) ORDER BY order_id;
-- intervals
SELECT DATE '2024-01-31' + INTERVAL 1 MONTH AS next_month, TIMESTAMP '2024-01-01' - INTERVAL '90 minutes' AS before, age(DATE '2024-03-01', DATE '2024-01-31') AS apart;
-- comments in odd places
SELECT region, -- the market
  count(*) AS n /* all of them; /* nested */ really */
FROM orders GROUP BY region ORDER BY region;
-- joins in parentheses
SELECT count(*) AS n FROM (orders o JOIN refunds r ON o.order_id = r.order_id) JOIN users u ON u.user_id = o.user_id;
-- margin by product
SELECT p.name, sum(i.quantity * (i.price - p.cost)) AS margin FROM products p LEFT JOIN (SELECT unnest(line_items, recursive := true) FROM orders) i ON i.sku = p.sku GROUP BY p.name ORDER BY p.name;
-- target against actual
WITH targets(region, target) AS (VALUES ('EU', 2500), ('US', 3000), ('APAC', 2000)) SELECT region, target, sum(total) AS actual, actual >= target AS reached FROM targets JOIN orders USING (region) GROUP BY region, target ORDER BY region;
-- share of the week before
WITH weekly AS (SELECT date_trunc('week', order_date) AS week, sum(total) AS revenue FROM orders GROUP BY week) SELECT week, revenue / nullif(lag(revenue, 1, 0) OVER (ORDER BY week), 0) AS ratio FROM weekly ORDER BY week;
-- cumulative distribution
SELECT order_id, cume_dist() OVER (ORDER BY total) AS below, dense_rank() OVER (ORDER BY total DESC) AS place FROM orders ORDER BY order_id;
-- first and last by window
SELECT DISTINCT user_id, first_value(channel) OVER w AS first_channel, last_value(channel) OVER w AS last_channel, nth_value(channel, 2) OVER w AS second
FROM orders WINDOW w AS (PARTITION BY user_id ORDER BY created_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ORDER BY user_id;
-- close names
SELECT a.name, b.name AS other, levenshtein(a.name, b.name) AS steps, round(jaro_winkler_similarity(a.name, b.name), 3) AS alike FROM products a JOIN products b ON a.name < b.name ORDER BY steps, a.name, b.name LIMIT 5;
-- trailing commas
SELECT region, count(*) AS n, FROM orders GROUP BY region, ORDER BY region
