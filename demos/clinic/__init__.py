"""A clinic's front desk: what its model may call, and the code that acts."""
