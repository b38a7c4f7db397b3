-- No row: the owner of the tables may load and export under the IAM role.
grant assumerole on :role to :owner_name for copy, unload
