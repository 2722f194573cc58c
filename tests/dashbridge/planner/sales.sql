CREATE TABLE customers AS
SELECT i AS customer_id, 'Customer ' || i AS name, ['Germany', 'France', 'Spain', 'Italy'][1 + i % 4] AS country,
       ['Consumer', 'Corporate', 'Public'][1 + i % 3] AS segment, i % 5 <> 0 AS is_active
FROM range(1, 201) t(i);
CREATE TABLE products AS
SELECT i AS product_id, 'Product ' || i AS product_name, ['Desk', 'Chair', 'Lamp', 'Shelf', 'Rug'][1 + i % 5] AS category,
       CAST(5 + i * 1.5 AS DECIMAL(10, 2)) AS price
FROM range(1, 41) t(i);
CREATE TABLE orders AS
SELECT i AS order_id, 1 + (i * 7) % 200 AS customer_id, 1 + (i * 11) % 40 AS product_id,
       DATE '2025-01-01' + CAST(i * 13 % 730 AS INTEGER) AS order_date, 1 + i % 6 AS quantity,
       CAST((1 + i % 6) * (5 + (1 + (i * 11) % 40) * 1.5) AS DECIMAL(12, 2)) AS revenue,
       CASE WHEN i % 9 = 0 THEN NULL ELSE CAST(i % 4 AS DOUBLE) / 20 END AS discount,
       ['new', 'paid', 'shipped', 'returned'][1 + i % 4] AS status
FROM range(1, 5001) t(i);
