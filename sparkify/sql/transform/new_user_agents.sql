-- One row per user agent of the batch's events that user_agents does not have yet.
-- Python decides which device and browser it names.
with

agents as (

    select distinct user_agent

    from cleaned_events

    where
        loaded_at = :loaded_at
        and user_agent is not null

)

select agents.user_agent

from agents

left join user_agents
    on agents.user_agent = user_agents.user_agent

where user_agents.user_agent is null
