/** The times that every command has a metric of: they tell of the machine as much as of what ran on it. */
export const commandTimes: readonly string[] = ["duration", "user-time", "system-time"];

/** The metrics that every command has, whatever is read from its output. */
export const commandMetrics: readonly string[] = [...commandTimes, "error-rate", "peak-memory"];
