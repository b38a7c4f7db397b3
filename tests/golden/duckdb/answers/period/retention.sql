WITH weeks AS (SELECT cohort_week,
    weeks_since,
    cohort_users,
    active_users,
    DENSE_RANK() OVER (ORDER BY cohort_week DESC NULLS FIRST) AS weeks_back
    FROM retention
    WHERE cohort_week < $period_end
    AND cohort_week + weeks_since * 7 < $period_end)
SELECT cohort_week,
weeks_since,
cohort_users,
active_users
FROM weeks
WHERE weeks_back <= 12
ORDER BY 1,
2
