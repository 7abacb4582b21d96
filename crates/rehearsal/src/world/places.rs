//! Countries: where companies are, what time it is there, how people there are called.

use super::names::NameOrigin;

/// A country of the world.
#[derive(Debug)]
pub(crate) struct Country {
    /// ISO 3166, two letters.
    pub(crate) code: &'static str,
    /// Minutes that its clocks are ahead of UTC. Summer time is left out: it moves no rate by much.
    pub(crate) ahead_minutes: i64,
    /// The prefix of its phone numbers.
    pub(crate) dial: &'static str,
    /// How people there are called.
    pub(crate) name_origin: NameOrigin,
    /// How many companies there are, beside the others.
    pub(crate) weight: u32,
}

const fn country(
    code: &'static str,
    ahead_minutes: i64,
    dial: &'static str,
    name_origin: NameOrigin,
    weight: u32,
) -> Country {
    Country { code, ahead_minutes, dial, name_origin, weight }
}

/// All of them, in no order that matters.
pub(crate) const COUNTRIES: &[Country] = &[
    country("DE", 60, "+49", NameOrigin::German, 150),
    country("AT", 60, "+43", NameOrigin::German, 40),
    country("CH", 60, "+41", NameOrigin::German, 45),
    country("GB", 0, "+44", NameOrigin::English, 90),
    country("IE", 0, "+353", NameOrigin::English, 15),
    country("FR", 60, "+33", NameOrigin::Romance, 50),
    country("ES", 60, "+34", NameOrigin::Romance, 35),
    country("IT", 60, "+39", NameOrigin::Romance, 35),
    country("PT", 0, "+351", NameOrigin::Romance, 12),
    country("NL", 60, "+31", NameOrigin::Northern, 30),
    country("SE", 60, "+46", NameOrigin::Northern, 20),
    country("DK", 60, "+45", NameOrigin::Northern, 12),
    country("NO", 60, "+47", NameOrigin::Northern, 12),
    country("FI", 120, "+358", NameOrigin::Northern, 8),
    country("PL", 60, "+48", NameOrigin::Slavic, 25),
    country("CZ", 60, "+420", NameOrigin::Slavic, 12),
    country("US", -360, "+1", NameOrigin::English, 210),
    country("CA", -300, "+1", NameOrigin::English, 35),
    country("BR", -180, "+55", NameOrigin::Romance, 35),
    country("MX", -360, "+52", NameOrigin::Romance, 20),
    country("AR", -180, "+54", NameOrigin::Romance, 10),
    country("SG", 480, "+65", NameOrigin::Eastern, 25),
    country("JP", 540, "+81", NameOrigin::Eastern, 35),
    country("KR", 540, "+82", NameOrigin::Eastern, 15),
    country("IN", 330, "+91", NameOrigin::Indian, 40),
    country("AU", 600, "+61", NameOrigin::English, 25),
    country("NZ", 720, "+64", NameOrigin::English, 8),
];
