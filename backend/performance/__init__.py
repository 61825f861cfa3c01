"""Work plans of employees (SKP): plan, evidence, evaluation."""
