-- Questions as analysts ask them of BigQuery: a title, then one query. Tables: bigquery_tables.sql.
-- revenue by month
SELECT DATE_TRUNC(order_date, MONTH) AS month, SUM(total) AS revenue, COUNT(*) AS orders
FROM shop.orders GROUP BY month ORDER BY month;
-- revenue by month and channel, paid only
SELECT FORMAT_DATE('%Y-%m', order_date) AS month, channel, ROUND(SUM(total), 2) AS revenue
FROM `acme-prod-1.shop.orders` WHERE status = 'paid' GROUP BY 1, 2 ORDER BY 1, 2;
-- average order value by week
SELECT DATE_TRUNC(order_date, WEEK(MONDAY)) AS week, SAFE_DIVIDE(SUM(total), COUNT(DISTINCT order_id)) AS aov
FROM shop.orders GROUP BY week ORDER BY week;
-- orders per weekday
SELECT EXTRACT(DAYOFWEEK FROM order_date) AS weekday, COUNT(*) AS orders FROM shop.orders GROUP BY weekday ORDER BY weekday;
-- orders per hour of the day in Berlin
SELECT EXTRACT(HOUR FROM created_at AT TIME ZONE 'Europe/Berlin') AS hour, COUNT(*) AS orders
FROM shop.orders GROUP BY hour ORDER BY hour;
-- share of each region
SELECT IFNULL(region, 'unknown') AS region, ROUND(100 * SUM(total) / SUM(SUM(total)) OVER (), 1) AS percent
FROM shop.orders GROUP BY 1 ORDER BY percent DESC, region;
-- year over year by month
WITH monthly AS (
  SELECT EXTRACT(YEAR FROM order_date) AS y, EXTRACT(MONTH FROM order_date) AS m, SUM(total) AS revenue
  FROM shop.orders GROUP BY y, m
)
SELECT a.m, a.revenue AS this_year, b.revenue AS last_year, SAFE_DIVIDE(a.revenue - b.revenue, b.revenue) AS change
FROM monthly AS a LEFT JOIN monthly AS b ON b.m = a.m AND b.y = a.y - 1 WHERE a.y = 2024 ORDER BY a.m;
-- month over month growth
WITH monthly AS (SELECT DATE_TRUNC(order_date, MONTH) AS month, SUM(total) AS revenue FROM shop.orders GROUP BY 1)
SELECT month, revenue, revenue - LAG(revenue) OVER (ORDER BY month) AS change,
  ROUND(100 * SAFE_DIVIDE(revenue, LAG(revenue) OVER (ORDER BY month)) - 100, 1) AS percent
FROM monthly ORDER BY month;
-- running total of revenue
SELECT day, revenue, SUM(revenue) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far
FROM (SELECT order_date AS day, SUM(total) AS revenue FROM shop.orders GROUP BY order_date) ORDER BY day;
-- running total that starts again each month
SELECT order_date, SUM(total) OVER (PARTITION BY DATE_TRUNC(order_date, MONTH) ORDER BY order_date, order_id) AS month_to_date
FROM shop.orders ORDER BY order_date, order_id;
-- seven day moving average
WITH daily AS (SELECT order_date AS day, SUM(total) AS revenue FROM shop.orders GROUP BY day)
SELECT day, AVG(revenue) OVER (ORDER BY UNIX_DATE(day) RANGE BETWEEN 6 PRECEDING AND CURRENT ROW) AS week_average
FROM daily ORDER BY day;
-- moving average over the last three rows
SELECT day, symbol, AVG(close) OVER (PARTITION BY symbol ORDER BY day ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS smooth
FROM shop.prices ORDER BY symbol, day;
-- centred moving average and deviation
SELECT day, symbol, close - AVG(close) OVER w AS off, STDDEV_SAMP(close) OVER w AS spread
FROM shop.prices WINDOW w AS (PARTITION BY symbol ORDER BY day ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING) ORDER BY 2, 1;
-- daily return of a price
SELECT symbol, day, ROUND(close / LAG(close) OVER (PARTITION BY symbol ORDER BY day) - 1, 5) AS daily FROM shop.prices ORDER BY 1, 2;
-- worst fall from the peak
WITH peaks AS (
  SELECT symbol, day, close, MAX(close) OVER (PARTITION BY symbol ORDER BY day) AS peak FROM shop.prices
)
SELECT symbol, MIN(close / peak - 1) AS worst FROM peaks GROUP BY symbol ORDER BY symbol;
-- first and last price of each month
SELECT DISTINCT symbol, DATE_TRUNC(day, MONTH) AS month,
  FIRST_VALUE(close) OVER w AS opened,
  LAST_VALUE(close) OVER w AS closed
FROM shop.prices
WINDOW w AS (PARTITION BY symbol, DATE_TRUNC(day, MONTH) ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
ORDER BY 1, 2;
-- median and quartiles by region
SELECT DISTINCT region, PERCENTILE_CONT(total, 0.25) OVER (PARTITION BY region) AS q1,
  PERCENTILE_CONT(total, 0.5) OVER (PARTITION BY region) AS median, PERCENTILE_CONT(total, 0.75) OVER (PARTITION BY region) AS q3
FROM shop.orders WHERE region IS NOT NULL ORDER BY region;
-- nearest rank percentile
SELECT DISTINCT device, PERCENTILE_DISC(duration_ms, 0.9) OVER (PARTITION BY device) AS p90 FROM web.hits ORDER BY device;
-- approximate percentiles
SELECT q[OFFSET(50)] AS p50, q[OFFSET(95)] AS p95 FROM (SELECT APPROX_QUANTILES(duration_ms, 100) AS q FROM web.hits);
-- histogram of order values
SELECT RANGE_BUCKET(total, [0.0, 50, 100, 150, 200]) AS bucket, COUNT(*) AS orders FROM shop.orders GROUP BY bucket ORDER BY bucket;
-- histogram with floors
SELECT CAST(FLOOR(total / 25) AS INT64) * 25 AS from_value, COUNT(*) AS n FROM shop.orders GROUP BY 1 ORDER BY 1;
-- bands by CASE
SELECT CASE WHEN total >= 200 THEN 'large' WHEN total >= 100 THEN 'middle' ELSE 'small' END AS band,
  COUNT(*) AS orders, AVG(total) AS mean
FROM shop.orders GROUP BY band ORDER BY mean DESC;
-- top three orders of each region
SELECT region, order_id, total FROM shop.orders WHERE region IS NOT NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY region ORDER BY total DESC, order_id) <= 3 ORDER BY region, total DESC, order_id;
-- top products by revenue with ties
WITH sold AS (
  SELECT item.sku, SUM(item.quantity * item.price) AS revenue FROM shop.orders, UNNEST(line_items) AS item GROUP BY item.sku
)
SELECT p.name, s.revenue, RANK() OVER (ORDER BY s.revenue DESC) AS place
FROM sold AS s JOIN shop.products AS p USING (sku) ORDER BY place, p.name;
-- best customer of each channel with an array
SELECT channel, ARRAY_AGG(STRUCT(user_id, spent) ORDER BY spent DESC, user_id LIMIT 1)[OFFSET(0)].user_id AS best
FROM (SELECT channel, user_id, SUM(total) AS spent FROM shop.orders GROUP BY channel, user_id) GROUP BY channel ORDER BY channel;
-- eighty twenty
WITH spent AS (SELECT user_id, SUM(total) AS revenue FROM shop.orders GROUP BY user_id),
running AS (
  SELECT user_id, revenue, SUM(revenue) OVER (ORDER BY revenue DESC, user_id) / SUM(revenue) OVER () AS share FROM spent
)
SELECT COUNT(*) AS users, COUNTIF(share <= 0.8) AS users_of_eighty FROM running;
-- customer deciles
SELECT decile, COUNT(*) AS users, SUM(revenue) AS revenue
FROM (SELECT user_id, revenue, NTILE(10) OVER (ORDER BY revenue DESC, user_id) AS decile
      FROM (SELECT user_id, SUM(total) AS revenue FROM shop.orders GROUP BY user_id))
GROUP BY decile ORDER BY decile;
-- recency frequency money
WITH rfm AS (
  SELECT user_id, DATE_DIFF(DATE '2024-05-01', MAX(order_date), DAY) AS recency, COUNT(*) AS frequency, SUM(total) AS money
  FROM shop.orders GROUP BY user_id
)
SELECT user_id, NTILE(4) OVER (ORDER BY recency DESC, user_id) AS r, NTILE(4) OVER (ORDER BY frequency, user_id) AS f,
  NTILE(4) OVER (ORDER BY money, user_id) AS m
FROM rfm ORDER BY user_id;
-- monthly cohorts
WITH first AS (SELECT user_id, DATE_TRUNC(MIN(order_date), MONTH) AS cohort FROM shop.orders GROUP BY user_id)
SELECT f.cohort, DATE_DIFF(DATE_TRUNC(o.order_date, MONTH), f.cohort, MONTH) AS age, COUNT(DISTINCT o.user_id) AS users
FROM shop.orders AS o JOIN first AS f USING (user_id) GROUP BY 1, 2 ORDER BY 1, 2;
-- cohort retention as a share
WITH first AS (SELECT user_id, DATE_TRUNC(MIN(order_date), MONTH) AS cohort FROM shop.orders GROUP BY user_id),
activity AS (
  SELECT DISTINCT f.cohort, o.user_id, DATE_DIFF(o.order_date, f.cohort, MONTH) AS age
  FROM shop.orders AS o JOIN first AS f ON f.user_id = o.user_id
),
sizes AS (SELECT cohort, COUNT(*) AS size FROM first GROUP BY cohort)
SELECT a.cohort, a.age, COUNT(*) / ANY_VALUE(s.size) AS retention
FROM activity AS a JOIN sizes AS s USING (cohort) GROUP BY a.cohort, a.age ORDER BY a.cohort, a.age;
-- retention by week after the first visit
WITH visits AS (SELECT DISTINCT user_id, DATE_TRUNC(DATE(created_at), ISOWEEK) AS week FROM web.hits),
start AS (SELECT user_id, MIN(week) AS start FROM visits GROUP BY user_id)
SELECT DATE_DIFF(v.week, s.start, WEEK) AS weeks_later, COUNT(DISTINCT v.user_id) AS users
FROM visits AS v JOIN start AS s USING (user_id) GROUP BY weeks_later ORDER BY weeks_later;
-- new and returning customers
SELECT DATE_TRUNC(order_date, MONTH) AS month, COUNTIF(nth = 1) AS newcomers, COUNTIF(nth > 1) AS returning
FROM (SELECT order_date, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY order_date, order_id) AS nth FROM shop.orders)
GROUP BY month ORDER BY month;
-- days between orders
SELECT user_id, AVG(gap) AS mean_gap, MAX(gap) AS longest
FROM (SELECT user_id, DATE_DIFF(order_date, LAG(order_date) OVER (PARTITION BY user_id ORDER BY order_date, order_id), DAY) AS gap FROM shop.orders)
WHERE gap IS NOT NULL GROUP BY user_id ORDER BY user_id;
-- churned customers
SELECT user_id, MAX(order_date) AS last_order FROM shop.orders GROUP BY user_id
HAVING MAX(order_date) < DATE_SUB(DATE '2024-05-01', INTERVAL 10 DAY) ORDER BY last_order, user_id;
-- customers who never ordered
SELECT u.user_id, u.name FROM shop.users AS u LEFT JOIN shop.orders AS o USING (user_id) WHERE o.order_id IS NULL ORDER BY u.user_id;
-- customers who never returned anything
SELECT u.name FROM shop.users AS u
WHERE EXISTS (SELECT 1 FROM shop.orders AS o WHERE o.user_id = u.user_id)
  AND NOT EXISTS (SELECT 1 FROM shop.returns AS r WHERE r.user_id = u.user_id AND r.reason = 'size') ORDER BY u.name;
-- return rate by channel
SELECT o.channel, COUNT(r.order_id) AS returned, COUNT(*) AS orders, SAFE_DIVIDE(COUNT(r.order_id), COUNT(*)) AS rate
FROM shop.orders AS o LEFT JOIN shop.returns AS r ON r.order_id = o.order_id GROUP BY o.channel ORDER BY rate DESC, o.channel;
-- funnel by flags
SELECT COUNT(DISTINCT user_id) AS visited, COUNT(DISTINCT IF(step = 'cart', user_id, NULL)) AS carted,
  COUNT(DISTINCT IF(step = 'buy', user_id, NULL)) AS bought
FROM web.hits;
-- ordered funnel
WITH steps AS (
  SELECT user_id, MIN(IF(step = 'view', created_at, NULL)) AS viewed, MIN(IF(step = 'cart', created_at, NULL)) AS carted,
    MIN(IF(step = 'buy', created_at, NULL)) AS bought
  FROM web.hits GROUP BY user_id
)
SELECT COUNTIF(viewed IS NOT NULL) AS viewed, COUNTIF(carted >= viewed) AS carted, COUNTIF(bought >= carted AND carted >= viewed) AS bought
FROM steps;
-- funnel by device with conversion
WITH counts AS (SELECT device, step, COUNT(DISTINCT user_id) AS users FROM web.hits GROUP BY device, step)
SELECT device, step, users, ROUND(users / MAX(users) OVER (PARTITION BY device), 3) AS of_largest FROM counts ORDER BY device, users DESC, step;
-- funnel within an hour
SELECT COUNT(DISTINCT a.user_id) AS users
FROM web.hits AS a JOIN web.hits AS b
  ON a.user_id = b.user_id AND a.step = 'view' AND b.step = 'buy'
  AND b.created_at BETWEEN a.created_at AND TIMESTAMP_ADD(a.created_at, INTERVAL 1 HOUR);
-- time to conversion
SELECT user_id, TIMESTAMP_DIFF(MIN(IF(step = 'buy', created_at, NULL)), MIN(created_at), MINUTE) AS minutes
FROM web.hits GROUP BY user_id ORDER BY user_id;
-- sessions by a gap of thirty minutes
WITH gaps AS (
  SELECT user_id, created_at, hit_id,
    IF(TIMESTAMP_DIFF(created_at, LAG(created_at) OVER (PARTITION BY user_id ORDER BY created_at, hit_id), MINUTE) <= 30, 0, 1) AS fresh
  FROM web.hits
),
sessions AS (SELECT user_id, hit_id, created_at, SUM(fresh) OVER (PARTITION BY user_id ORDER BY created_at, hit_id) AS session FROM gaps)
SELECT user_id, session, COUNT(*) AS hits, TIMESTAMP_DIFF(MAX(created_at), MIN(created_at), SECOND) AS seconds
FROM sessions GROUP BY user_id, session ORDER BY user_id, session;
-- sessions and bounce rate
WITH marked AS (
  SELECT user_id, created_at, created_at > TIMESTAMP_ADD(LAG(created_at) OVER (PARTITION BY user_id ORDER BY created_at), INTERVAL 6 HOUR) AS fresh
  FROM web.hits
),
numbered AS (SELECT user_id, COUNTIF(IFNULL(fresh, TRUE)) OVER (PARTITION BY user_id ORDER BY created_at) AS session FROM marked),
sized AS (SELECT user_id, session, COUNT(*) AS hits FROM numbered GROUP BY user_id, session)
SELECT COUNT(*) AS sessions, AVG(hits) AS hits_each, SAFE_DIVIDE(COUNTIF(hits = 1), COUNT(*)) AS bounce FROM sized;
-- page before the sale
SELECT previous, COUNT(*) AS sales
FROM (SELECT step, LAG(REGEXP_EXTRACT(url, r'example/(\w+)')) OVER (PARTITION BY user_id ORDER BY created_at) AS previous FROM web.hits)
WHERE step = 'buy' GROUP BY previous ORDER BY sales DESC, previous;
-- most common paths
SELECT path, COUNT(*) AS users
FROM (SELECT user_id, STRING_AGG(step, ' > ' ORDER BY created_at, hit_id LIMIT 3) AS path FROM web.hits GROUP BY user_id)
GROUP BY path ORDER BY users DESC, path;
-- traffic sources
SELECT REGEXP_EXTRACT(url, r'utm_source=([^&]+)') AS source, COUNT(*) AS hits, COUNT(DISTINCT user_id) AS users
FROM web.hits GROUP BY source ORDER BY hits DESC, source;
-- landing page
SELECT page, COUNT(*) AS users
FROM (SELECT user_id, REGEXP_EXTRACT(url, r'^https?://[^/]+/([^?]*)') AS page FROM web.hits
      QUALIFY ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY created_at) = 1)
GROUP BY page ORDER BY users DESC, page;
-- split of a path
SELECT SPLIT(SPLIT(url, '?')[OFFSET(0)], '/')[SAFE_OFFSET(3)] AS page, COUNT(*) AS n FROM web.hits GROUP BY page ORDER BY page;
-- hosts and top level domains
SELECT NET.HOST(url) AS host, NET.REG_DOMAIN(url) AS domain, COUNT(*) AS hits FROM web.hits GROUP BY 1, 2;
-- slow pages
SELECT step, APPROX_QUANTILES(duration_ms, 4)[OFFSET(3)] AS p75, MAX(duration_ms) AS slowest FROM web.hits GROUP BY step ORDER BY step;
-- daily active users with empty days
WITH days AS (SELECT day FROM UNNEST(GENERATE_DATE_ARRAY('2024-02-01', '2024-02-10')) AS day),
active AS (SELECT DATE(created_at) AS day, COUNT(DISTINCT user_id) AS users FROM web.hits GROUP BY day)
SELECT days.day, IFNULL(active.users, 0) AS users FROM days LEFT JOIN active ON active.day = days.day ORDER BY days.day;
-- weekly active over the last seven days
WITH days AS (SELECT day FROM UNNEST(GENERATE_DATE_ARRAY(DATE '2024-02-01', DATE '2024-02-14', INTERVAL 1 DAY)) AS day)
SELECT d.day, COUNT(DISTINCT h.user_id) AS wau
FROM days AS d JOIN web.hits AS h ON DATE(h.created_at) BETWEEN DATE_SUB(d.day, INTERVAL 6 DAY) AND d.day
GROUP BY d.day ORDER BY d.day;
-- stickiness
WITH daily AS (SELECT DATE(created_at) AS day, COUNT(DISTINCT user_id) AS dau FROM web.hits GROUP BY 1)
SELECT AVG(dau) / (SELECT COUNT(DISTINCT user_id) FROM web.hits) AS stickiness FROM daily;
-- gaps in a series of readings
SELECT sensor, seen_at AS before, next_at AS after, TIMESTAMP_DIFF(next_at, seen_at, MINUTE) AS minutes
FROM (SELECT sensor, seen_at, LEAD(seen_at) OVER (PARTITION BY sensor ORDER BY seen_at) AS next_at FROM web.sensors)
WHERE TIMESTAMP_DIFF(next_at, seen_at, MINUTE) > 10 ORDER BY sensor, before;
-- islands of consecutive trading days
WITH numbered AS (
  SELECT symbol, day, DATE_SUB(day, INTERVAL ROW_NUMBER() OVER (PARTITION BY symbol ORDER BY day) DAY) AS island FROM shop.prices
)
SELECT symbol, MIN(day) AS since, MAX(day) AS until, COUNT(*) AS days FROM numbered GROUP BY symbol, island ORDER BY symbol, since;
-- longest streak of rising prices
WITH moves AS (SELECT symbol, day, close > LAG(close) OVER (PARTITION BY symbol ORDER BY day) AS up FROM shop.prices),
runs AS (SELECT symbol, day, up, COUNTIF(NOT up) OVER (PARTITION BY symbol ORDER BY day) AS run FROM moves)
SELECT symbol, MAX(length) AS longest
FROM (SELECT symbol, run, COUNTIF(up) AS length FROM runs GROUP BY symbol, run) GROUP BY symbol ORDER BY symbol;
-- last known value carried forward
SELECT sensor, seen_at, LAST_VALUE(value IGNORE NULLS) OVER (PARTITION BY sensor ORDER BY seen_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS filled
FROM web.sensors ORDER BY sensor, seen_at;
-- readings by quarter hour
SELECT TIMESTAMP_SECONDS(DIV(UNIX_SECONDS(seen_at), 900) * 900) AS slot, AVG(value) AS mean FROM web.sensors GROUP BY slot ORDER BY slot;
-- outliers by z-score
WITH stats AS (SELECT sensor, AVG(value) AS mean, STDDEV(value) AS deviation FROM web.sensors GROUP BY sensor)
SELECT s.sensor, s.seen_at, s.value FROM web.sensors AS s JOIN stats AS t USING (sensor)
WHERE ABS(s.value - t.mean) > 1.5 * t.deviation ORDER BY s.sensor, s.seen_at;
-- outliers by the interquartile range
WITH q AS (SELECT DISTINCT PERCENTILE_CONT(total, 0.25) OVER () AS q1, PERCENTILE_CONT(total, 0.75) OVER () AS q3 FROM shop.orders)
SELECT COUNT(*) AS outliers FROM shop.orders, q WHERE total > q3 + 1.5 * (q3 - q1) OR total < q1 - 1.5 * (q3 - q1);
-- latest row of each user
SELECT * EXCEPT (rn, tags, line_items)
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY created_at DESC, order_id DESC) AS rn FROM shop.orders)
WHERE rn = 1 ORDER BY user_id;
-- duplicates by key
SELECT user_id, step, COUNT(*) AS copies FROM web.hits GROUP BY user_id, step HAVING COUNT(*) > 1 ORDER BY copies DESC, user_id, step;
-- deduplicated by qualify and a named window
SELECT user_id, hit_id, step FROM web.hits WHERE TRUE
QUALIFY RANK() OVER latest = 1 WINDOW latest AS (PARTITION BY user_id ORDER BY created_at DESC) ORDER BY user_id;
-- pivot of status by region
SELECT * FROM (SELECT region, status, total FROM shop.orders WHERE region IS NOT NULL)
PIVOT (SUM(total) FOR status IN ('paid', 'sent', 'open')) ORDER BY region;
-- pivot with two measures
SELECT * FROM (SELECT channel, status, total FROM shop.orders)
PIVOT (SUM(total) AS revenue, COUNT(*) AS n FOR status IN ('paid' AS paid, 'cancelled' AS cancelled)) ORDER BY channel;
-- pivot by hand
SELECT region, SUM(IF(channel = 'web', total, 0)) AS web, SUM(IF(channel = 'app', total, 0)) AS app, SUM(CASE channel WHEN 'store' THEN total END) AS store
FROM shop.orders GROUP BY region ORDER BY region;
-- quarters as rows
SELECT region, quarter, amount FROM shop.quarters UNPIVOT (amount FOR quarter IN (q1, q2, q3, q4)) ORDER BY region, quarter;
-- quarters as rows with empty ones
SELECT region, quarter, amount FROM shop.quarters UNPIVOT INCLUDE NULLS (amount FOR quarter IN (q1 AS 'Q1', q2 AS 'Q2', q3 AS 'Q3')) ORDER BY 1, 2;
-- best quarter of each region
SELECT region, ARRAY_AGG(quarter ORDER BY amount DESC, quarter LIMIT 1)[OFFSET(0)] AS best
FROM shop.quarters UNPIVOT (amount FOR quarter IN (q1, q2, q3, q4)) GROUP BY region ORDER BY region;
-- greatest of columns
SELECT region, GREATEST(q1, q2, q4) AS top, LEAST(q1, q2, q4) AS low, (q1 + q2 + IFNULL(q3, 0) + q4) / 4 AS mean FROM shop.quarters ORDER BY region;
-- subtotals by rollup
SELECT region, channel, SUM(total) AS revenue FROM shop.orders GROUP BY ROLLUP (region, channel) ORDER BY region, channel, revenue;
-- grouping sets with labels
SELECT IF(GROUPING(region) = 1, 'all', IFNULL(region, '?')) AS region, IF(GROUPING(status) = 1, 'all', status) AS status, COUNT(*) AS n
FROM shop.orders GROUP BY GROUPING SETS ((region, status), (region), ()) ORDER BY 1, 2, 3;
-- cube of two dimensions
SELECT channel, status, COUNT(*) AS n FROM shop.orders GROUP BY CUBE (channel, status) ORDER BY channel, status, n;
-- group by all
SELECT region, channel, ROUND(AVG(total), 3) AS mean FROM shop.orders GROUP BY ALL ORDER BY region, channel;
-- trailing commas
SELECT region, COUNT(*) AS n, FROM shop.orders GROUP BY region ORDER BY region;
-- items per order
SELECT order_id, ARRAY_LENGTH(line_items) AS lines, (SELECT SUM(i.quantity * i.price) FROM UNNEST(line_items) AS i) AS worth
FROM shop.orders ORDER BY order_id LIMIT 20;
-- revenue by category
SELECT p.category, SUM(i.quantity * i.price) AS revenue, SUM(i.quantity) AS pieces
FROM shop.orders AS o, UNNEST(o.line_items) AS i JOIN shop.products AS p ON p.sku = i.sku GROUP BY p.category ORDER BY revenue DESC, p.category;
-- implicit unnest of a repeated column
SELECT i.sku, COUNT(DISTINCT o.order_id) AS orders FROM shop.orders AS o, o.line_items AS i GROUP BY i.sku ORDER BY i.sku;
-- implicit unnest by the name of the table
SELECT item.sku, AVG(item.price) AS price FROM shop.orders, orders.line_items AS item GROUP BY item.sku ORDER BY 1;
-- position in the basket
SELECT pos, COUNT(*) AS n, AVG(item.price) AS mean FROM shop.orders, UNNEST(line_items) AS item WITH OFFSET AS pos GROUP BY pos ORDER BY pos;
-- tags of orders
SELECT tag, COUNT(*) AS n FROM shop.orders CROSS JOIN UNNEST(tags) AS tag GROUP BY tag ORDER BY tag;
-- orders with and without tags
SELECT IFNULL(tag, 'none') AS tag, COUNT(*) AS n FROM shop.orders AS o LEFT JOIN UNNEST(o.tags) AS tag GROUP BY 1 ORDER BY 1;
-- orders that hold a tag
SELECT COUNT(*) AS gifts FROM shop.orders WHERE 'gift' IN UNNEST(tags);
-- tags as text
SELECT order_id, ARRAY_TO_STRING(tags, ', ') AS tags FROM shop.orders WHERE ARRAY_LENGTH(tags) > 0 ORDER BY order_id;
-- filtered array
SELECT order_id, ARRAY(SELECT i.sku FROM UNNEST(line_items) AS i WHERE i.price > 10 ORDER BY i.sku) AS dear FROM shop.orders ORDER BY order_id;
-- bought together
SELECT a.sku AS one, b.sku AS other, COUNT(*) AS times
FROM shop.orders AS o, UNNEST(o.line_items) AS a, UNNEST(o.line_items) AS b WHERE a.sku < b.sku GROUP BY 1, 2 ORDER BY times DESC, 1, 2;
-- distinct items of a user
SELECT user_id, ARRAY_AGG(DISTINCT i.sku ORDER BY i.sku) AS skus FROM shop.orders, UNNEST(line_items) AS i GROUP BY user_id ORDER BY user_id;
-- structs as rows
SELECT u.label, u.low, COUNTIF(o.total >= u.low AND o.total < u.high) AS n
FROM UNNEST([STRUCT('small' AS label, 0.0 AS low, 80.0 AS high), ('middle', 80.0, 160.0), ('large', 160.0, 1000.0)]) AS u, shop.orders AS o
GROUP BY u.label, u.low ORDER BY u.low;
-- a struct per row
SELECT AS STRUCT order_id, total FROM shop.orders ORDER BY order_id LIMIT 5;
-- nested result
SELECT region, ARRAY_AGG(STRUCT(status, n) ORDER BY status) AS by_status
FROM (SELECT region, status, COUNT(*) AS n FROM shop.orders GROUP BY region, status) GROUP BY region ORDER BY region;
-- events by name and day
SELECT event_date, event_name, COUNT(*) AS events FROM `analytics_123.events_*` WHERE _TABLE_SUFFIX BETWEEN '20240101' AND '20240103'
GROUP BY event_date, event_name ORDER BY 1, 2;
-- events of a suffix
SELECT COUNT(*) AS events, COUNT(DISTINCT user_pseudo_id) AS users FROM `acme-prod-1.analytics_123.events_202401*` WHERE _TABLE_SUFFIX = '02';
-- pages from event parameters
SELECT (SELECT value.string_value FROM UNNEST(event_params) WHERE key = 'page_location') AS page, COUNT(*) AS views
FROM analytics_123.events_20240101 WHERE event_name = 'page_view' GROUP BY page ORDER BY views DESC, page;
-- sessions of events
SELECT COUNT(DISTINCT CONCAT(user_pseudo_id, '-', CAST((SELECT p.value.int_value FROM UNNEST(event_params) AS p WHERE p.key = 'ga_session_id') AS STRING))) AS sessions
FROM `acme-prod-1.analytics_123.events_20240101`;
-- engagement by country
SELECT geo.country, SUM(p.value.int_value) / 1000 AS seconds FROM analytics_123.events_20240101, UNNEST(event_params) AS p
WHERE p.key = 'engagement_time_msec' GROUP BY geo.country ORDER BY seconds DESC;
-- devices of buyers
SELECT device.category, COUNT(DISTINCT user_pseudo_id) AS buyers FROM analytics_123.events_20240101 WHERE event_name = 'purchase' GROUP BY 1 ORDER BY 1;
-- event time as a day
SELECT DATE(TIMESTAMP_MICROS(event_timestamp)) AS day, MIN(event_timestamp) AS first FROM analytics_123.events_20240102 GROUP BY day ORDER BY day;
-- users of two days
SELECT user_pseudo_id FROM analytics_123.events_20240101 INTERSECT DISTINCT SELECT user_pseudo_id FROM analytics_123.events_20240102 ORDER BY 1;
-- parsed dates of events
SELECT PARSE_DATE('%Y%m%d', event_date) AS day, COUNTIF(event_name = 'add_to_cart') AS carts, COUNTIF(event_name = 'purchase') AS purchases
FROM (SELECT event_date, event_name FROM analytics_123.events_20240101 UNION ALL SELECT event_date, event_name FROM analytics_123.events_20240103)
GROUP BY day ORDER BY day;
-- fields of JSON
SELECT JSON_VALUE(payload, '$.user.name') AS name, CAST(JSON_VALUE(payload, '$.price') AS FLOAT64) AS price FROM web.hits ORDER BY name LIMIT 10;
-- sums of JSON numbers
SELECT JSON_VALUE(payload, '$.user.id') AS id, SUM(SAFE_CAST(JSON_VALUE(payload, '$.price') AS FLOAT64)) AS price FROM web.hits GROUP BY id ORDER BY id;
-- tags in JSON
SELECT tag, COUNT(*) AS n FROM web.hits, UNNEST(JSON_VALUE_ARRAY(payload, '$.tags')) AS tag GROUP BY tag ORDER BY tag;
-- JSON by dots
SELECT INT64(payload.user.id) AS id, COUNTIF(BOOL(payload.ok)) AS fine FROM web.hits GROUP BY id ORDER BY id;
-- lax JSON
SELECT LAX_INT64(payload.user.id) AS id, LAX_STRING(payload.tags[0]) AS tag, COUNT(*) AS n FROM web.hits GROUP BY 1, 2 ORDER BY 1, 2;
-- kinds of JSON
SELECT JSON_TYPE(JSON_QUERY(payload, '$.tags')) AS kind, JSON_TYPE(payload.price) AS price_kind, COUNT(*) AS n FROM web.hits GROUP BY 1, 2;
-- JSON made from rows
SELECT TO_JSON_STRING(STRUCT(region, COUNT(*) AS n)) AS row_json FROM shop.orders WHERE region IS NOT NULL GROUP BY region ORDER BY 1;
-- reporting lines
WITH RECURSIVE chain AS (
  SELECT id, boss, name, 0 AS depth FROM shop.staff WHERE boss IS NULL
  UNION ALL
  SELECT s.id, s.boss, s.name, c.depth + 1 FROM shop.staff AS s JOIN chain AS c ON s.boss = c.id
)
SELECT depth, COUNT(*) AS people FROM chain GROUP BY depth ORDER BY depth;
-- path to the top
WITH RECURSIVE chain AS (
  SELECT id, CAST(id AS STRING) AS path FROM shop.staff WHERE boss IS NULL
  UNION ALL
  SELECT s.id, CONCAT(c.path, '/', CAST(s.id AS STRING)) FROM shop.staff AS s JOIN chain AS c ON s.boss = c.id
)
SELECT path FROM chain ORDER BY path;
-- dates by recursion
WITH RECURSIVE days AS (SELECT DATE '2024-02-27' AS d UNION ALL SELECT DATE_ADD(d, INTERVAL 1 DAY) FROM days WHERE d < DATE '2024-03-02')
SELECT d, FORMAT_DATE('%A', d) AS weekday FROM days ORDER BY d;
-- factorials
WITH RECURSIVE f AS (SELECT 1 AS n, 1 AS product UNION ALL SELECT n + 1, product * (n + 1) FROM f WHERE n < 8) SELECT n, product FROM f ORDER BY n;
-- pay against the team
SELECT name, team, salary, salary - AVG(salary) OVER (PARTITION BY team) AS against_team, PERCENT_RANK() OVER (PARTITION BY team ORDER BY salary) AS standing
FROM shop.staff ORDER BY team, salary, name;
-- best paid of each team
SELECT team, MAX_BY(name, salary) AS best, MAX(salary) AS salary FROM shop.staff GROUP BY team ORDER BY team;
-- second highest
SELECT DISTINCT team, NTH_VALUE(salary, 2) OVER (PARTITION BY team ORDER BY salary DESC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS second
FROM shop.staff ORDER BY team;
-- pairs of boss and report
SELECT b.name AS boss_name, STRING_AGG(s.name, ', ' ORDER BY s.name) AS reports FROM shop.staff AS s JOIN shop.staff AS b ON b.id = s.boss GROUP BY b.name ORDER BY 1;
-- people paid more than their boss
SELECT s.name FROM shop.staff AS s INNER JOIN shop.staff AS b ON s.boss = b.id WHERE s.salary > b.salary ORDER BY s.name;
-- recurring revenue by month
WITH months AS (SELECT month FROM UNNEST(GENERATE_DATE_ARRAY('2023-10-01', '2024-04-01', INTERVAL 1 MONTH)) AS month)
SELECT m.month, SUM(s.mrr) AS mrr, COUNT(DISTINCT s.user_id) AS payers
FROM months AS m JOIN shop.subscriptions AS s ON s.started <= m.month AND (s.ended IS NULL OR s.ended > m.month) GROUP BY m.month ORDER BY m.month;
-- churn rate by month
WITH ends AS (SELECT DATE_TRUNC(ended, MONTH) AS month, COUNT(*) AS lost FROM shop.subscriptions WHERE ended IS NOT NULL GROUP BY month)
SELECT e.month, e.lost, SAFE_DIVIDE(e.lost, COUNTIF(s.started < e.month AND IFNULL(s.ended >= e.month, TRUE))) AS churn
FROM ends AS e CROSS JOIN shop.subscriptions AS s GROUP BY e.month, e.lost ORDER BY e.month;
-- overlapping subscriptions
SELECT a.subscription_id, b.subscription_id AS other FROM shop.subscriptions AS a JOIN shop.subscriptions AS b
ON a.user_id = b.user_id AND a.subscription_id < b.subscription_id AND a.started < IFNULL(b.ended, DATE '9999-12-31') AND b.started < COALESCE(a.ended, DATE '9999-12-31')
ORDER BY 1, 2;
-- lifetime in days
SELECT plan, AVG(DATE_DIFF(ended, started, DAY)) AS days, COUNTIF(ended IS NULL) AS running FROM shop.subscriptions GROUP BY plan ORDER BY plan;
-- survival after ninety days
SELECT plan, COUNTIF(ended IS NULL OR DATE_DIFF(ended, started, DAY) >= 90) / COUNT(*) AS survived FROM shop.subscriptions GROUP BY plan ORDER BY plan;
-- value of a customer
SELECT u.country, COUNT(DISTINCT u.user_id) AS users, IFNULL(SUM(o.total), 0) / COUNT(DISTINCT u.user_id) AS value
FROM shop.users AS u LEFT JOIN shop.orders AS o ON o.user_id = u.user_id AND o.status != 'cancelled' GROUP BY u.country ORDER BY u.country;
-- days until the first order
SELECT u.plan, AVG(DATE_DIFF(f.first_order, u.signed_up, DAY)) AS days
FROM shop.users AS u JOIN (SELECT user_id, MIN(order_date) AS first_order FROM shop.orders GROUP BY user_id) AS f USING (user_id)
WHERE f.first_order >= u.signed_up GROUP BY u.plan ORDER BY u.plan;
-- referrals
SELECT r.name AS referrer, COUNT(*) AS invited FROM shop.users AS u JOIN shop.users AS r ON u.referrer_id = r.user_id GROUP BY referrer ORDER BY invited DESC, referrer;
-- domains of addresses
SELECT IFNULL(SPLIT(email, '@')[SAFE_OFFSET(1)], 'none') AS domain, COUNT(*) AS users FROM shop.users GROUP BY domain ORDER BY domain;
-- masked addresses
SELECT CONCAT(LEFT(email, 1), REPEAT('*', LENGTH(SPLIT(email, '@')[OFFSET(0)]) - 1), SUBSTR(email, STRPOS(email, '@'))) AS masked
FROM shop.users WHERE email IS NOT NULL ORDER BY user_id;
-- names tidied
SELECT INITCAP(LOWER(TRIM(name))) AS tidy, UPPER(country) AS country, LPAD(CAST(user_id AS STRING), 4, '0') AS code FROM shop.users ORDER BY code;
-- missing values by column
SELECT COUNT(*) AS n, COUNTIF(email IS NULL) AS no_email, COUNTIF(referrer_id IS NULL) AS no_referrer,
  ROUND(COUNTIF(email IS NULL) / COUNT(*), 3) AS share FROM shop.users;
-- anti join by NOT IN
SELECT order_id FROM shop.orders WHERE order_id NOT IN (SELECT order_id FROM shop.returns WHERE order_id IS NOT NULL) AND total > 200 ORDER BY order_id;
-- orders above the average of their region
SELECT o.order_id, o.region, o.total FROM shop.orders AS o
WHERE o.total > (SELECT AVG(x.total) FROM shop.orders AS x WHERE x.region = o.region) ORDER BY o.order_id;
-- scalar subqueries side by side
SELECT (SELECT COUNT(*) FROM shop.orders) AS orders, (SELECT COUNT(*) FROM shop.returns) AS returns, (SELECT MAX(signed_up) FROM shop.users) AS newest;
-- best day
SELECT order_date, SUM(total) AS revenue FROM shop.orders GROUP BY order_date ORDER BY revenue DESC, order_date LIMIT 1;
-- all customers on two lists
SELECT user_id, 'buyer' AS kind FROM shop.orders UNION DISTINCT SELECT user_id, 'returner' FROM shop.returns ORDER BY 1, 2;
-- buyers who are not returners
SELECT user_id FROM shop.orders EXCEPT DISTINCT SELECT user_id FROM shop.returns WHERE amount > 30 ORDER BY user_id;
-- full comparison of two lists
SELECT COALESCE(o.region, r.region) AS region, o.sold, r.returned
FROM (SELECT region, SUM(total) AS sold FROM shop.orders WHERE region IS NOT NULL GROUP BY region) AS o
FULL OUTER JOIN (SELECT region, SUM(amount) AS returned FROM shop.returns GROUP BY region) AS r ON o.region = r.region ORDER BY 1;
-- discount effect
SELECT IF(discount > 0, 'discounted', 'full price') AS kind, COUNT(*) AS orders, AVG(total * (1 - IFNULL(discount, 0))) AS net FROM shop.orders GROUP BY kind ORDER BY kind;
-- correlation of items and total
SELECT CORR(items, total) AS r, COVAR_POP(items, total) AS together, VAR_SAMP(total) AS variance FROM shop.orders;
-- straight line by hand
SELECT (COUNT(*) * SUM(items * total) - SUM(items) * SUM(total)) / (COUNT(*) * SUM(items * items) - POW(SUM(items), 2)) AS slope FROM shop.orders;
-- standardised values
SELECT order_id, (total - AVG(total) OVER ()) / STDDEV_POP(total) OVER () AS z FROM shop.orders ORDER BY order_id;
-- weighted mean
SELECT region, SUM(total * items) / SUM(items) AS weighted FROM shop.orders GROUP BY region ORDER BY region;
-- approximate distinct users
SELECT channel, APPROX_COUNT_DISTINCT(user_id) AS users FROM shop.orders GROUP BY channel ORDER BY channel;
-- first order by struct
SELECT user_id, MIN(order_date) AS since, ARRAY_AGG(channel ORDER BY order_date, order_id LIMIT 1)[SAFE_OFFSET(0)] AS first_channel FROM shop.orders GROUP BY user_id ORDER BY user_id;
-- change of channel
SELECT previous, channel, COUNT(*) AS n
FROM (SELECT channel, LAG(channel) OVER (PARTITION BY user_id ORDER BY created_at, order_id) AS previous FROM shop.orders)
WHERE previous IS NOT NULL AND previous != channel GROUP BY 1, 2 ORDER BY n DESC, 1, 2;
-- attribution to the first touch
WITH touches AS (
  SELECT user_id, REGEXP_EXTRACT(url, 'utm_source=([a-z]+)') AS source, step, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY created_at) AS nth FROM web.hits
)
SELECT f.source, COUNT(*) AS sales FROM touches AS t JOIN touches AS f ON f.user_id = t.user_id AND f.nth = 1 WHERE t.step = 'buy' GROUP BY f.source ORDER BY f.source;
-- attribution shared evenly
WITH touches AS (SELECT user_id, REGEXP_EXTRACT(url, r'utm_source=(\w+)') AS source, COUNT(*) OVER (PARTITION BY user_id) AS n FROM web.hits),
sales AS (SELECT user_id, SUM(total) AS revenue FROM shop.orders GROUP BY user_id)
SELECT t.source, ROUND(SUM(s.revenue / t.n), 4) AS credit FROM touches AS t JOIN sales AS s USING (user_id) GROUP BY t.source ORDER BY t.source;
-- test against control
WITH arms AS (SELECT MOD(user_id, 2) = 0 AS treated, user_id, COUNTIF(step = 'buy') > 0 AS bought FROM web.hits GROUP BY user_id)
SELECT treated, COUNT(*) AS users, COUNTIF(bought) AS buyers, COUNTIF(bought) / COUNT(*) AS rate,
  SQRT(COUNTIF(bought) / COUNT(*) * (1 - COUNTIF(bought) / COUNT(*)) / COUNT(*)) AS error FROM arms GROUP BY treated ORDER BY treated;
-- calendar of weeks
SELECT FORMAT_DATE('%G-W%V', order_date) AS week, COUNT(*) AS n FROM shop.orders GROUP BY week ORDER BY week;
-- week numbers
SELECT EXTRACT(ISOWEEK FROM order_date) AS iso, EXTRACT(WEEK FROM order_date) AS us, COUNT(*) AS n FROM shop.orders GROUP BY 1, 2 ORDER BY 1, 2;
-- quarter to date
SELECT DATE_TRUNC(order_date, QUARTER) AS quarter, EXTRACT(DAYOFYEAR FROM MAX(order_date)) AS last_day, SUM(total) AS revenue FROM shop.orders GROUP BY quarter ORDER BY quarter;
-- last thirty days of the data
SELECT COUNT(*) AS n, SUM(total) AS revenue FROM shop.orders WHERE order_date > DATE_SUB((SELECT MAX(order_date) FROM shop.orders), INTERVAL 30 DAY);
-- month ends
SELECT DISTINCT LAST_DAY(order_date) AS month_end, EXTRACT(DAY FROM LAST_DAY(order_date, MONTH)) AS days FROM shop.orders ORDER BY 1;
-- working days between
SELECT order_id, (SELECT COUNTIF(EXTRACT(DAYOFWEEK FROM d) NOT IN (1, 7)) FROM UNNEST(GENERATE_DATE_ARRAY(order_date, DATE_ADD(order_date, INTERVAL 10 DAY))) AS d) AS working
FROM shop.orders ORDER BY order_id LIMIT 10;
-- local day of an order
SELECT DATE(created_at, 'Asia/Tokyo') AS day, COUNT(*) AS n FROM shop.orders GROUP BY day ORDER BY day LIMIT 10;
-- times as text
SELECT FORMAT_TIMESTAMP('%Y-%m-%d %H:%M', created_at, 'UTC') AS shown, DATETIME(created_at, 'America/New_York') AS local FROM shop.orders ORDER BY order_id LIMIT 8;
-- time of day
SELECT CASE WHEN EXTRACT(HOUR FROM created_at) < 12 THEN 'morning' WHEN EXTRACT(HOUR FROM created_at) BETWEEN 12 AND 17 THEN 'afternoon' ELSE 'evening' END AS part,
  COUNT(*) AS n FROM shop.orders GROUP BY part ORDER BY part;
-- heat of weekday and hour
SELECT FORMAT_TIMESTAMP('%a', created_at) AS weekday, EXTRACT(HOUR FROM created_at) AS hour, COUNT(*) AS n FROM shop.orders GROUP BY 1, 2 ORDER BY 1, 2;
-- a literal calendar
SELECT d, EXTRACT(ISOYEAR FROM d) AS iso_year, DATE_TRUNC(d, ISOWEEK) AS monday FROM UNNEST([DATE '2023-12-31', DATE '2024-01-01', DATE '2024-02-29']) AS d ORDER BY d;
-- casts that may fail
SELECT SAFE_CAST(x AS INT64) AS whole, SAFE_CAST(x AS FLOAT64) AS number, SAFE.PARSE_DATE('%Y-%m-%d', x) AS day FROM UNNEST(['12', '1.5', '2024-02-30', 'x']) AS x ORDER BY x;
-- division that may fail
SELECT region, SAFE_DIVIDE(SUM(total), SUM(NULLIF(items, items))) AS nothing, IEEE_DIVIDE(SUM(total), COUNT(*)) AS mean FROM shop.orders GROUP BY region ORDER BY region;
-- text with odd quotes
SELECT 'it\'s' = "it's" AS same, r'a\d' AS raw, '''triple 'quoted' ''' AS triple, "double \" quote" AS doubled, """three "double" quotes""" AS tripled;
-- patterns
SELECT COUNTIF(url LIKE '%/cart?%') AS carts, COUNTIF(REGEXP_CONTAINS(url, r'(?i)PAY\?')) AS pays, COUNTIF(ENDS_WITH(url, '0')) AS tens FROM web.hits;
-- text replaced
SELECT DISTINCT REGEXP_REPLACE(url, r'\?.*$', '') AS bare, REPLACE(SPLIT(url, '://')[OFFSET(0)], 's', '') AS scheme FROM web.hits ORDER BY 1;
-- odd names
SELECT `t`.`odd name`, t.`select` FROM (SELECT 1 AS `odd name`, 'x' AS `select`) AS `t`;
-- star with replaced columns
SELECT * EXCEPT (email) REPLACE (UPPER(name) AS name, IFNULL(referrer_id, 0) AS referrer_id) FROM shop.users ORDER BY user_id;
-- column aliases in order
SELECT region AS r, COUNT(*) AS n FROM shop.orders GROUP BY r HAVING n > 5 ORDER BY n DESC, r;
-- limits and offsets
SELECT order_id FROM shop.orders ORDER BY total DESC, order_id LIMIT 5 OFFSET 5;
-- nulls first and last
SELECT order_id, discount FROM shop.orders ORDER BY discount DESC NULLS LAST, order_id LIMIT 10;
-- distinct pairs
SELECT COUNT(*) AS pairs FROM (SELECT DISTINCT user_id, channel FROM shop.orders);
-- all or any
SELECT region, LOGICAL_AND(total > 0) AS every_one, LOGICAL_OR(total > 230) AS any_one FROM shop.orders GROUP BY region ORDER BY region;
-- sampled rows
SELECT COUNT(*) <= 90 AS fewer FROM shop.orders TABLESAMPLE SYSTEM (50 PERCENT);
-- the table of a moment ago
SELECT COUNT(*) AS n FROM shop.orders FOR SYSTEM_TIME AS OF TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 SECOND);
-- intervals
SELECT DATE '2024-01-31' + INTERVAL 1 MONTH AS next_month, TIMESTAMP '2024-01-01 00:00:00+00' - INTERVAL 90 MINUTE AS before, INTERVAL '1 2:03:04' DAY TO SECOND AS span;
-- rolling thirty days by interval
SELECT day, COUNT(*) OVER (ORDER BY UNIX_DATE(day) RANGE BETWEEN 29 PRECEDING AND CURRENT ROW) AS orders_30 FROM (SELECT DISTINCT order_date AS day FROM shop.orders) ORDER BY day;
-- comments in odd places
SELECT region, -- the market
  COUNT(*) AS n /* all of them; really */ # a hash as well
FROM shop.orders GROUP BY region ORDER BY region;
-- joins in parentheses
SELECT COUNT(*) AS n FROM (shop.orders AS o JOIN shop.returns AS r ON o.order_id = r.order_id) JOIN shop.users AS u ON u.user_id = o.user_id;
-- three tables and a filter on each
SELECT u.country, p.category, SUM(i.quantity) AS pieces FROM shop.users AS u JOIN shop.orders AS o USING (user_id) CROSS JOIN UNNEST(o.line_items) AS i JOIN shop.products AS p USING (sku)
WHERE u.plan IN ('pro', 'team') AND o.order_date >= '2024-01-01' AND p.price > 5 GROUP BY u.country, p.category ORDER BY 1, 2;
-- margin by product
SELECT p.name, SUM(i.quantity * (i.price - p.cost)) AS margin FROM shop.products AS p LEFT JOIN (SELECT li.* FROM shop.orders, UNNEST(line_items) AS li) AS i ON i.sku = p.sku GROUP BY p.name ORDER BY p.name;
-- target against actual
WITH targets AS (SELECT 'EU' AS region, 2500 AS target UNION ALL SELECT 'US', 3000 UNION ALL SELECT 'APAC', 2000)
SELECT t.region, t.target, SUM(o.total) AS actual, SUM(o.total) >= t.target AS reached FROM targets AS t JOIN shop.orders AS o ON o.region = t.region GROUP BY t.region, t.target ORDER BY 1;
-- share of the week before
WITH weekly AS (SELECT DATE_TRUNC(order_date, WEEK) AS week, SUM(total) AS revenue FROM shop.orders GROUP BY week)
SELECT week, revenue, revenue / NULLIF(LAG(revenue, 1, 0) OVER (ORDER BY week), 0) AS ratio FROM weekly ORDER BY week;
-- cumulative distribution
SELECT order_id, CUME_DIST() OVER (ORDER BY total) AS below, DENSE_RANK() OVER (ORDER BY total DESC) AS place FROM shop.orders ORDER BY order_id
