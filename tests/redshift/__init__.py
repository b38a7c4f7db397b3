"""What only the Redshift engine has: COPY, packing, the lock, retries, and its errors."""
