-- Every user_id occurs once.
select
    user_id,
    count(*) as occurrences

from users

group by 1

having count(*) > 1
