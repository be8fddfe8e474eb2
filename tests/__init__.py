"""What must stay true, and what each planted fault must break."""
