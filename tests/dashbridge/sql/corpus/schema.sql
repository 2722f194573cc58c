-- An empty database in which every benign DuckDB statement binds and runs.
CREATE TABLE flights (year INTEGER, month INTEGER, day INTEGER, dep_delay DOUBLE, arr_delay DOUBLE, carrier VARCHAR, tailnum VARCHAR, origin VARCHAR, dest VARCHAR, distance DOUBLE, time_hour TIMESTAMP);
CREATE TABLE airlines (carrier VARCHAR, name VARCHAR);
CREATE TABLE planes (tailnum VARCHAR, manufacturer VARCHAR);
CREATE TABLE weather (origin VARCHAR, time_hour TIMESTAMP, temp DOUBLE);
CREATE TABLE staff (id INTEGER, boss INTEGER);
CREATE TABLE sales (region VARCHAR, q1 DOUBLE, q2 DOUBLE, q3 DOUBLE, q4 DOUBLE);
CREATE TABLE events (id INTEGER, seen TIMESTAMP, tags VARCHAR[], address STRUCT(city VARCHAR, zip VARCHAR), payload JSON);
CREATE TABLE "odd table" ("Weird Name" VARCHAR, "select" VARCHAR);
CREATE TABLE straße (größe DOUBLE);
CREATE TABLE odd_names (day DATE, user_ VARCHAR);
CREATE TABLE plain_names (end_at TIMESTAMP, date DATE, year INTEGER, month INTEGER, value DOUBLE, name VARCHAR, type VARCHAR, status VARCHAR);
