-- The tables of duckdb_analysis.sql with a few rows each.
CREATE TABLE orders AS
SELECT i AS order_id, i * 7 % 13 + 1 AS user_id, DATE '2023-12-11' + (i * 17 % 140)::INTEGER AS order_date,
  TIMESTAMP '2023-12-11 06:00:00' + to_minutes(i * 17 % 140 * 1440 + i * 37 % 900) AS created_at,
  ['paid', 'sent', 'paid', 'open', 'cancelled'][i % 5 + 1] AS status,
  CASE WHEN i % 11 > 0 THEN ['EU', 'US', 'APAC'][i * 5 % 3 + 1] END AS region, ['web', 'app', 'store', 'web'][i % 4 + 1] AS channel,
  (i * 31 % 97) * 2.5::DOUBLE AS total, CASE WHEN i % 6 > 0 THEN (i % 4) / 4 END AS discount, i % 4 + 1 AS items,
  [[], ['express'], ['gift', 'express']][i % 3 + 1] AS tags,
  [{'sku': 'sku' || (i % 5), 'quantity': i % 3 + 1, 'price': i * 3 % 20 + 0.5}, {'sku': 'sku' || ((i + 2) % 5), 'quantity': 1, 'price': i * 7 % 30 + 0.25}] AS line_items
FROM range(1, 91) AS t(i);
CREATE TABLE users AS
SELECT i AS user_id, 'User ' || i AS name, CASE WHEN i % 5 > 0 THEN 'user' || i || '@' || ['mail.example', 'post.example'][i % 2 + 1] END AS email,
  ['DE', 'FR', 'US', 'JP'][i % 4 + 1] AS country, DATE '2023-11-01' + (i * 9)::INTEGER AS signed_up, ['free', 'pro', 'team'][i % 3 + 1] AS plan,
  CASE WHEN i > 4 THEN i % 4 + 1 END AS referrer_id
FROM range(1, 17) AS t(i);
CREATE TABLE refunds AS
SELECT i * 4 AS order_id, i * 28 % 13 + 1 AS user_id, TIMESTAMP '2024-01-05 12:00:00' + to_hours(i * 50) AS refunded_at,
  ['size', 'damaged', 'late'][i % 3 + 1] AS reason, ['EU', 'US', 'APAC'][i % 3 + 1] AS region, i * 3.5 AS amount
FROM range(1, 16) AS t(i);
CREATE TABLE products AS
SELECT 'sku' || i AS sku, ['Mug', 'Lamp', 'Chair', 'Desk', 'Pen', 'Rug'][i + 1] AS name,
  ['kitchen', 'light', 'seat', 'table', 'paper', 'floor'][i + 1] AS category, i * 4 + 3.5 AS price, i * 2 + 1.0 AS cost
FROM range(6) AS t(i);
CREATE TABLE quarters AS
SELECT ['EU', 'US', 'APAC'][i + 1] AS region, i * 10 + 5 AS q1, i * 7 + 8 AS q2, CASE WHEN i != 1 THEN i * 3 + 20 END AS q3, 40 - i AS q4 FROM range(3) AS t(i);
CREATE TABLE staff AS
SELECT i AS id, CASE WHEN i > 1 THEN i // 2 END AS boss, 'Person ' || i AS name, 30000 + i * 7919 % 40000 AS salary, ['sales', 'tech', 'ops'][i % 3 + 1] AS team
FROM range(1, 16) AS t(i);
CREATE TABLE subscriptions AS
SELECT i AS subscription_id, i % 12 + 1 AS user_id, ['pro', 'team'][i % 2 + 1] AS plan, DATE '2023-09-01' + (i * 6)::INTEGER AS started,
  CASE WHEN i % 3 > 0 THEN DATE '2023-11-15' + (i * 8)::INTEGER END AS ended, i % 4 * 10 + 9.0 AS mrr
FROM range(1, 31) AS t(i);
CREATE TABLE prices AS
SELECT DATE '2024-01-01' + i::INTEGER AS day, s AS symbol, round(100 + 10 * sin(i / 3) + length(s) * 5, 2) AS close
FROM range(40) AS t(i), unnest(['ABC', 'DEFG']) AS u(s) WHERE i % 7 NOT IN (5, 6);
CREATE TABLE hits AS
SELECT i AS hit_id, i * 5 % 9 + 1 AS user_id, TIMESTAMP '2024-02-01 08:00:00' + to_minutes(i * i) AS created_at,
  'https://www.shop.example/' || ['home', 'item', 'cart', 'pay'][i % 4 + 1] || '?utm_source=' || ['mail', 'ads'][i % 2 + 1] || '&id=' || i AS url,
  ['view', 'cart', 'view', 'buy', 'view'][i % 5 + 1] AS step, ['phone', 'desktop'][i % 2 + 1] AS device, i * 113 % 4000 AS duration_ms,
  ('{"user": {"id": ' || i % 9 || ', "name": "n' || i || '"}, "tags": ["a", "b' || i % 3 || '"], "price": ' || i % 7 || '.5, "ok": ' || (i % 2 = 0) || '}')::JSON AS payload
FROM range(1, 61) AS t(i);
CREATE TABLE sensors AS
SELECT TIMESTAMP '2024-03-01' + to_minutes(i * 10) AS seen_at, s AS sensor, CASE WHEN i % 9 != 4 THEN 20 + i * 3 % 11 / 2 END AS value
FROM range(36) AS t(i), unnest(['s1', 's2']) AS u(s) WHERE NOT (s = 's2' AND i BETWEEN 10 AND 17);
