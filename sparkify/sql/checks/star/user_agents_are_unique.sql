-- Every user agent is described once.
select
    user_agent,
    count(*) as occurrences

from user_agents

group by 1

having count(*) > 1
