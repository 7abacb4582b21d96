//! In which zone the moments of a list are written.

use clap::Args;
use domain::Moment;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use super::ending::Failure;

/// The zone of a list.
#[derive(Args, Default)]
pub(super) struct ZoneArgument {
    /// Write moments in this zone, as in Europe/Berlin [default: UTC; in a list of one owner that of their calendar]
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

/// A zone and what people call it.
#[derive(Clone)]
pub(super) struct Zone {
    name: String,
    zone: TimeZone,
}

impl ZoneArgument {
    /// The zone that was asked for, else one that is at hand, else UTC.
    pub(super) fn or(&self, at_hand: Option<&str>) -> Result<Zone, Failure> {
        match (&self.zone, at_hand) {
            (Some(typed), _) => Zone::named(typed).ok_or_else(|| {
                let says = format!("there is no time zone `{typed}`");
                let help = "write a name of the time-zone database, as in Europe/Berlin or UTC";
                Failure::wrong("zone-unknown", says).with_help(vec![help.to_owned()])
            }),
            (None, Some(name)) => Ok(Zone::named(name).unwrap_or_else(Zone::utc)),
            (None, None) => Ok(Zone::utc()),
        }
    }
}

impl Zone {
    /// Coordinated universal time.
    pub(super) fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("utc") {
            return Some(Self::utc());
        }
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        let name = zone.iana_name().unwrap_or(name).to_owned();
        Some(Self { name, zone })
    }

    /// What it is called at a moment, for the head of a column: `UTC`, `CET`.
    pub(super) fn called(&self, moment: Moment) -> String {
        let info = self.zone.to_offset_info(moment.timestamp());
        let is_utc = info.offset() == Offset::UTC && self.name == "UTC";
        // Where the database has no letters for an offset, it has digits, which say the same.
        if is_utc { self.name.clone() } else { info.abbreviation().to_owned() }
    }

    /// A moment to the minute, without the zone: `2026-11-20 13:38`.
    pub(super) fn minute(&self, moment: Moment) -> String {
        let at = self.zone.to_datetime(moment.timestamp());
        format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
    }

    /// The same, a dash for none.
    pub(super) fn cell(&self, moment: Option<Moment>) -> String {
        moment.map_or_else(|| "-".to_owned(), |moment| self.minute(moment))
    }

    /// The time of a moment to the second, with what its zone is called then: `14:38:10 CET`.
    pub(super) fn second(&self, moment: Moment) -> String {
        let at = self.zone.to_datetime(moment.timestamp());
        let (hour, minute, second) = (at.hour(), at.minute(), at.second());
        format!("{hour:02}:{minute:02}:{second:02} {}", self.called(moment))
    }

    /// A moment to the minute with what its zone is called then: `2026-11-20 14:38 CET`.
    pub(super) fn whole(&self, moment: Moment) -> String {
        format!("{} {}", self.minute(moment), self.called(moment))
    }
}

#[cfg(test)]
mod tests;
