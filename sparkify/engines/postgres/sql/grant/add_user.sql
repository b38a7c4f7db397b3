-- No row: the user has the role analysts.
grant analysts to :user_name
