"""Training and gold: lessons, exams, questions whose answers are known, and what is made of how they are answered."""
