//! No audience: virtual time, a made world, a scripted outside, people's own history, comparison.
