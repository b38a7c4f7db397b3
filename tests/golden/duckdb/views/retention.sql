CREATE VIEW retention AS
WITH active_weeks AS (SELECT DISTINCT user_id,
    CAST(DATE_TRUNC('WEEK', start_time) AS DATE) AS active_week
    FROM songplays),
cohorts AS (SELECT user_id,
    MIN(active_week) AS cohort_week
    FROM active_weeks
    GROUP BY 1),
cohort_sizes AS (SELECT cohort_week,
    COUNT(*) AS cohort_users
    FROM cohorts
    GROUP BY 1),
weeks AS (SELECT DISTINCT active_week
    FROM active_weeks),
activity AS (SELECT cohorts.cohort_week,
    active_weeks.active_week,
    COUNT(*) AS active_users
    FROM cohorts
    INNER JOIN active_weeks
    ON cohorts.user_id = active_weeks.user_id
    GROUP BY 1,
    2)
SELECT cohort_sizes.cohort_week,
CAST(DATE_DIFF('DAY', CAST(cohort_sizes.cohort_week AS TIMESTAMP), CAST(weeks.active_week AS TIMESTAMP)) / 7 AS INT) AS weeks_since,
cohort_sizes.cohort_users,
COALESCE(activity.active_users, 0) AS active_users
FROM cohort_sizes
INNER JOIN weeks
ON cohort_sizes.cohort_week <= weeks.active_week
LEFT JOIN activity
ON cohort_sizes.cohort_week = activity.cohort_week
AND weeks.active_week = activity.active_week
