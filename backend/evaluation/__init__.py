"""What the question service achieved: the dashboard, the evaluation report, surveys, visitors, cost, printed recaps."""
