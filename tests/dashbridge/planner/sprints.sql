CREATE TABLE teams AS
SELECT i AS id, ['Atlas', 'Borealis', 'Comet'][i] AS name, ['Lisbon', 'Oslo', 'Kyiv'][i] AS city FROM range(1, 4) t(i);
CREATE TABLE sprints AS
SELECT i AS id, 1 + i % 3 AS team_id, 'Sprint ' || i AS name, DATE '2025-01-06' + CAST(i * 7 AS INTEGER) AS start_date,
       20 + i % 13 AS committed_points, 15 + (i * 5) % 17 AS completed_points
FROM range(1, 61) t(i);
CREATE TABLE issues AS
SELECT i AS id, 1 + i % 60 AS sprint_id, ['Bug', 'Story', 'Task'][1 + i % 3] AS issue_type,
       ['Low', 'Medium', 'High'][1 + (i * 5) % 3] AS priority, CASE WHEN i % 7 = 0 THEN NULL ELSE 1 + i % 8 END AS story_points,
       TIMESTAMP '2025-01-06 09:00:00' + to_hours(CAST(i * 5 AS INTEGER)) AS created_at, (i % 11) * 1.5 AS cycle_time_hours
FROM range(1, 2001) t(i);
