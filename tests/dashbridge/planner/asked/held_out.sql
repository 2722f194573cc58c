-- Three invented small databases, filled by arithmetic: the questions over them are in held_out.jsonl.
CREATE SCHEMA ferries;
CREATE TABLE ferries.harbour AS SELECT i AS harbour_id, ['Aldea', 'Borin', 'Cael', 'Dunmor', 'Estra', 'Falk'][i] AS harbour_name,
  ['North', 'South', 'Isles'][1 + i % 3] AS region, 4 + (i * 7) % 11 AS berths, 1890 + i * 17 AS opened_year FROM range(1, 7) r(i);
CREATE TABLE ferries.vessel AS SELECT i AS vessel_id, ['Gull', 'Heron', 'Ibis', 'Jay', 'Kite', 'Lark', 'Martin', 'Noddy'][i] AS vessel_name,
  ['catamaran', 'ro-ro', 'passenger'][1 + i % 3] AS vessel_class, 120 + (i * 97) % 700 AS passenger_capacity,
  CAST(18 + (i * 5) % 17 AS DOUBLE) AS top_speed, CAST(DATE '1998-03-01' + CAST(i * 431 AS INTEGER) AS DATE) AS launch_date FROM range(1, 9) r(i);
CREATE TABLE ferries.crossing AS SELECT i AS crossing_id, 1 + (i * 5) % 7 AS vessel_id, 1 + (i * 3) % 6 AS from_harbour_id,
  1 + (i * 3 + 2) % 6 AS to_harbour_id, CAST(DATE '2021-01-04' + CAST(i * 11 AS INTEGER) AS DATE) AS sailed_on,
  (i * 37) % 480 AS passengers, CAST((i * 13) % 55 AS DOUBLE) AS delay_minutes, ['calm', 'swell', 'storm'][1 + (i * 7) % 3] AS sea_state
  FROM range(1, 81) r(i);
CREATE SCHEMA bakery;
CREATE TABLE bakery.Bakers AS SELECT i AS BakerID, ['Ola', 'Pim', 'Ruth', 'Sam', 'Tove', 'Ulf', 'Vik', 'Wen', 'Yan'][i] AS BakerName,
  ['F', 'M'][1 + i % 2] AS Gender, 22 + (i * 9) % 40 AS Age, ['Lyon', 'Turin', 'Graz'][1 + i % 3] AS HomeTown,
  CAST(DATE '2009-05-01' + CAST(i * 317 AS INTEGER) AS DATE) AS HiredOn FROM range(1, 10) r(i);
CREATE TABLE bakery.Loaves AS SELECT i AS LoafID, ['Rye', 'Spelt', 'Oat', 'Malt', 'Corn', 'Bran', 'Soda', 'Pita', 'Naan', 'Focaccia'][i] AS LoafName,
  ['wheat', 'gluten free', 'sourdough'][1 + (i * 2) % 3] AS DoughType, CAST(2 + (i * 3) % 7 AS DOUBLE) + 0.5 AS UnitPrice,
  200 + (i * 130) % 700 AS WeightGrams FROM range(1, 11) r(i);
CREATE TABLE bakery.Batches AS SELECT i AS BatchID, 1 + (i * 3) % 8 AS BakerID, 1 + (i * 7) % 9 AS LoafID, 10 + (i * 23) % 90 AS Pieces,
  (i * 5) % 9 AS Burnt, CAST(DATE '2022-01-01' + CAST(i * 6 AS INTEGER) AS DATE) AS BakedOn, ['early', 'late'][1 + i % 2] AS Shift
  FROM range(1, 101) r(i);
CREATE SCHEMA observatory;
CREATE TABLE observatory.astronomer AS SELECT i AS astronomer_id, ['Abel', 'Bea', 'Cruz', 'Dov', 'Eun', 'Flo', 'Gil', 'Hana'][i] AS first_name,
  ['Moss', 'Reed', 'Stone', 'Vale', 'Wood', 'Hill', 'Lake', 'Marsh'][i] AS last_name, ['postdoc', 'professor', 'student'][1 + i % 3] AS position,
  40000 + (i * 7300) % 60000 AS yearly_pay, 1955 + (i * 11) % 45 AS birth_year FROM range(1, 9) r(i);
CREATE TABLE observatory.telescope AS SELECT i AS telescope_id, ['Argus', 'Borea', 'Corvo', 'Delta', 'Eos'][i] AS telescope_name,
  ['optical', 'radio'][1 + i % 2] AS kind, CAST(1 + (i * 3) % 8 AS DOUBLE) AS mirror_metres, ['Chile', 'Spain'][1 + (i // 2) % 2] AS country
  FROM range(1, 6) r(i);
CREATE TABLE observatory.observation AS SELECT i AS observation_id, 1 + (i * 5) % 7 AS observer_id, 1 + (i * 3) % 4 AS telescope_id,
  CAST(DATE '2018-02-01' + CAST(i * 19 AS INTEGER) AS TIMESTAMP) + INTERVAL 3 HOUR AS started_at, CAST((i * 17) % 240 AS DOUBLE) AS exposure_minutes,
  ['galaxy', 'comet', 'pulsar', 'nebula'][1 + (i * 11) % 4] AS target_type, (i * 7) % 10 AS seeing_score, i % 3 <> 0 AS is_published
  FROM range(1, 71) r(i);
