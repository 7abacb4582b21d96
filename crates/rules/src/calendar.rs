//! Calendars: when somebody works, and when time is used up.
