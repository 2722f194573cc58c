-- The tables of bigquery_analysis.sql with a few rows each, as the emulator makes them.
CREATE TABLE shop.orders AS
SELECT i AS order_id, MOD(i * 7, 13) + 1 AS user_id, DATE_ADD(DATE '2023-12-11', INTERVAL MOD(i * 17, 140) DAY) AS order_date,
  TIMESTAMP_ADD(TIMESTAMP '2023-12-11 06:00:00+00', INTERVAL MOD(i * 17, 140) * 1440 + MOD(i * 37, 900) MINUTE) AS created_at,
  ['paid', 'sent', 'paid', 'open', 'cancelled'][ORDINAL(1 + MOD(i, 5))] AS status,
  IF(MOD(i, 11) = 0, NULL, ['EU', 'US', 'APAC'][ORDINAL(1 + MOD(i * 5, 3))]) AS region,
  ['web', 'app', 'store', 'web'][ORDINAL(1 + MOD(i, 4))] AS channel,
  CAST(MOD(i * 31, 97) * 2.5 AS FLOAT64) AS total, IF(MOD(i, 6) = 0, NULL, MOD(i, 4) / 4) AS discount, MOD(i, 4) + 1 AS items,
  IF(MOD(i, 3) = 0, ['gift', 'express'], IF(MOD(i, 3) = 1, ['express'], CAST([] AS ARRAY<STRING>))) AS tags,
  [STRUCT(CONCAT('sku', CAST(MOD(i, 5) AS STRING)) AS sku, MOD(i, 3) + 1 AS quantity, MOD(i * 3, 20) + 0.5 AS price),
   STRUCT(CONCAT('sku', CAST(MOD(i + 2, 5) AS STRING)) AS sku, 1 AS quantity, MOD(i * 7, 30) + 0.25 AS price)] AS line_items
FROM UNNEST(GENERATE_ARRAY(1, 90)) AS i;
CREATE TABLE shop.users AS
SELECT i AS user_id, CONCAT('User ', CAST(i AS STRING)) AS name, IF(MOD(i, 5) = 0, NULL, CONCAT('user', CAST(i AS STRING), '@', ['mail.example', 'post.example'][ORDINAL(1 + MOD(i, 2))])) AS email,
  ['DE', 'FR', 'US', 'JP'][ORDINAL(1 + MOD(i, 4))] AS country, DATE_ADD(DATE '2023-11-01', INTERVAL i * 9 DAY) AS signed_up,
  ['free', 'pro', 'team'][ORDINAL(1 + MOD(i, 3))] AS plan, IF(i > 4, MOD(i, 4) + 1, NULL) AS referrer_id
FROM UNNEST(GENERATE_ARRAY(1, 16)) AS i;
CREATE TABLE shop.returns AS
SELECT i * 4 AS order_id, MOD(i * 28, 13) + 1 AS user_id, TIMESTAMP_ADD(TIMESTAMP '2024-01-05 12:00:00+00', INTERVAL i * 50 HOUR) AS returned_at,
  ['size', 'damaged', 'late'][ORDINAL(1 + MOD(i, 3))] AS reason, ['EU', 'US', 'APAC'][ORDINAL(1 + MOD(i, 3))] AS region, i * 3.5 AS amount
FROM UNNEST(GENERATE_ARRAY(1, 15)) AS i;
CREATE TABLE shop.products AS
SELECT CONCAT('sku', CAST(i AS STRING)) AS sku, ['Mug', 'Lamp', 'Chair', 'Desk', 'Pen', 'Rug'][ORDINAL(1 + i)] AS name,
  ['kitchen', 'light', 'seat', 'table', 'paper', 'floor'][ORDINAL(1 + i)] AS category, i * 4 + 3.5 AS price, i * 2 + 1.0 AS cost
FROM UNNEST(GENERATE_ARRAY(0, 5)) AS i;
CREATE TABLE shop.quarters AS
SELECT ['EU', 'US', 'APAC'][ORDINAL(1 + i)] AS region, i * 10 + 5 AS q1, i * 7 + 8 AS q2, IF(i = 1, NULL, i * 3 + 20) AS q3, 40 - i AS q4
FROM UNNEST(GENERATE_ARRAY(0, 2)) AS i;
CREATE TABLE shop.staff AS
SELECT i AS id, IF(i = 1, NULL, DIV(i, 2)) AS boss, CONCAT('Person ', CAST(i AS STRING)) AS name, 30000 + MOD(i * 7919, 40000) AS salary,
  ['sales', 'tech', 'ops'][ORDINAL(1 + MOD(i, 3))] AS team FROM UNNEST(GENERATE_ARRAY(1, 15)) AS i;
CREATE TABLE shop.subscriptions AS
SELECT i AS subscription_id, MOD(i, 12) + 1 AS user_id, ['pro', 'team'][ORDINAL(1 + MOD(i, 2))] AS plan, DATE_ADD(DATE '2023-09-01', INTERVAL i * 6 DAY) AS started,
  IF(MOD(i, 3) = 0, NULL, DATE_ADD(DATE '2023-11-15', INTERVAL i * 8 DAY)) AS ended, MOD(i, 4) * 10 + 9.0 AS mrr
FROM UNNEST(GENERATE_ARRAY(1, 30)) AS i;
CREATE TABLE shop.prices AS
SELECT DATE_ADD(DATE '2024-01-01', INTERVAL i DAY) AS day, s AS symbol, ROUND(100 + 10 * SIN(i / 3) + LENGTH(s) * 5, 2) AS close
FROM UNNEST(GENERATE_ARRAY(0, 39)) AS i, UNNEST(['ABC', 'DEFG']) AS s WHERE MOD(i, 7) NOT IN (5, 6);
CREATE TABLE web.hits AS
SELECT i AS hit_id, MOD(i * 5, 9) + 1 AS user_id, TIMESTAMP_ADD(TIMESTAMP '2024-02-01 08:00:00+00', INTERVAL i * i MINUTE) AS created_at,
  CONCAT('https://www.shop.example/', ['home', 'item', 'cart', 'pay'][ORDINAL(1 + MOD(i, 4))], '?utm_source=', ['mail', 'ads'][ORDINAL(1 + MOD(i, 2))], '&id=', CAST(i AS STRING)) AS url,
  ['view', 'cart', 'view', 'buy', 'view'][ORDINAL(1 + MOD(i, 5))] AS step, ['phone', 'desktop'][ORDINAL(1 + MOD(i, 2))] AS device, MOD(i * 113, 4000) AS duration_ms,
  PARSE_JSON(CONCAT('{"user": {"id": ', CAST(MOD(i, 9) AS STRING), ', "name": "n', CAST(i AS STRING), '"}, "tags": ["a", "b', CAST(MOD(i, 3) AS STRING), '"], "price": ', CAST(MOD(i, 7) AS STRING), '.5, "ok": ', IF(MOD(i, 2) = 0, 'true', 'false'), '}')) AS payload
FROM UNNEST(GENERATE_ARRAY(1, 60)) AS i;
CREATE TABLE web.sensors AS
SELECT TIMESTAMP_ADD(TIMESTAMP '2024-03-01 00:00:00+00', INTERVAL i * 10 MINUTE) AS seen_at, s AS sensor, IF(MOD(i, 9) = 4, NULL, 20 + MOD(i * 3, 11) / 2) AS value
FROM UNNEST(GENERATE_ARRAY(0, 35)) AS i, UNNEST(['s1', 's2']) AS s WHERE NOT (s = 's2' AND i BETWEEN 10 AND 17);
CREATE TABLE analytics_123.events_20240101 AS
SELECT '20240101' AS event_date, 1704067200000000 + i * 61000000 AS event_timestamp, ['session_start', 'page_view', 'page_view', 'add_to_cart', 'purchase'][ORDINAL(1 + MOD(i, 5))] AS event_name,
  CONCAT('u', CAST(MOD(i, 6) AS STRING)) AS user_pseudo_id,
  [STRUCT('page_location' AS key, STRUCT(CONCAT('/p', CAST(MOD(i, 4) AS STRING)) AS string_value, CAST(NULL AS INT64) AS int_value) AS value),
   STRUCT('ga_session_id' AS key, STRUCT(CAST(NULL AS STRING) AS string_value, MOD(i, 6) * 100 + DIV(i, 12) AS int_value) AS value),
   STRUCT('engagement_time_msec' AS key, STRUCT(CAST(NULL AS STRING) AS string_value, i * 37 AS int_value) AS value)] AS event_params,
  STRUCT(['mobile', 'desktop'][ORDINAL(1 + MOD(i, 2))] AS category, 'Web' AS os) AS device, STRUCT(['Germany', 'France', 'Japan'][ORDINAL(1 + MOD(i, 3))] AS country) AS geo
FROM UNNEST(GENERATE_ARRAY(1, 40)) AS i;
CREATE TABLE analytics_123.events_20240102 AS
SELECT '20240102' AS event_date, event_timestamp + 86400000000 AS event_timestamp, event_name, user_pseudo_id, event_params, device, geo
FROM analytics_123.events_20240101 WHERE MOD(event_timestamp, 3) != 0;
CREATE TABLE analytics_123.events_20240103 AS
SELECT '20240103' AS event_date, event_timestamp + 172800000000 AS event_timestamp, event_name, user_pseudo_id, event_params, device, geo
FROM analytics_123.events_20240101 WHERE event_name != 'purchase'
