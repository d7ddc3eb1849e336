"""What is said of partners: figures as claims side by side, and agreements, visits and university links."""
