CREATE TABLE artist (artist_id BIGINT, full_name VARCHAR, nation VARCHAR, birth_year BIGINT);
INSERT INTO artist VALUES (1, 'Ada Lund', 'Norway', 1901), (2, 'Ben Oz', 'Spain', 1950), (3, 'Cem Ay', 'Norway', 1970);
CREATE TABLE gallery (id BIGINT, name VARCHAR, floor_area DOUBLE, open_yn BIGINT);
INSERT INTO gallery VALUES (10, 'East', 120.5, 1), (11, 'West', 80, 1), (12, 'Attic', 20, 0);
CREATE TABLE painting (painting_id BIGINT, artist_id BIGINT, gallery_id BIGINT, title VARCHAR, medium VARCHAR,
    acquired_on DATE, insured_value DOUBLE, height_cm DOUBLE);
INSERT INTO painting VALUES
    (100, 1, 10, 'Fjord', 'Oil', DATE '2021-01-04', 900, 40), (101, 1, 10, 'Night', 'Ink', DATE '2021-01-05', 100, 30),
    (102, 2, 11, 'Heat', 'Oil', DATE '2022-01-10', 500, 90), (103, 3, 10, 'Sand', 'Oil', DATE '2022-03-07', 700, 60),
    (104, 3, 11, 'Milk', 'Ink', DATE '2022-03-08', 300, 20);
CREATE TABLE visit (visit_id BIGINT, gallery_id BIGINT, guest_gender VARCHAR, visited_at TIMESTAMP, ticket_price DOUBLE);
INSERT INTO visit VALUES
    (1, 10, 'F', TIMESTAMP '2022-05-02 10:00:00', 8), (2, 10, 'M', TIMESTAMP '2022-05-02 11:00:00', 12),
    (3, 11, 'F', TIMESTAMP '2022-05-03 09:00:00', 10), (4, 10, 'F', TIMESTAMP '2022-05-09 12:00:00', 6);
