"""Recording -> Score -> table: one recording, many recordings, and how right the verdicts are."""
