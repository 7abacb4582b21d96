//! The team as routing asks for it: a seat for each member, by their place in the team. What
//! `team.csv` names or writes out is looked up once, when the strategy is compiled.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Moment;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::calendar::Calendar;
use crate::columns::start_of_utc;
use crate::team::{Member, Team};

/// The seats of a team, and the calendars that they name.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    seats: Vec<Seat>,
    calendars: Vec<Arc<Calendar>>,
    leaving: Vec<(Moment, usize)>,
}

/// What routing asks of a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seat {
    /// The place of their calendar among those of the roster; none for who has none.
    pub calendar: Option<usize>,
    /// Their share in thousandths.
    pub weight: u32,
    /// When their first day began where they are; none where the file does not say.
    pub joined: Option<Moment>,
}

impl Roster {
    pub(crate) fn new(team: &Team, calendars: &BTreeMap<String, Arc<Calendar>>) -> Self {
        let places: BTreeMap<&str, usize> =
            calendars.keys().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let calendars: Vec<Arc<Calendar>> = calendars.values().map(Arc::clone).collect();
        let seat = |member: &Member| {
            let calendar = member.calendar.as_ref();
            let calendar = calendar.and_then(|name| places.get(name.value.as_str())).copied();
            let start = |date| match calendar {
                Some(at) => calendars[at].start_of(date),
                None => start_of_utc(date),
            };
            let weight = (member.weight * Decimal::ONE_THOUSAND).to_u32().unwrap_or(0);
            (
                Seat { calendar, weight, joined: member.tenure.from.map(start) },
                member.tenure.until.map(start),
            )
        };
        let (seats, left): (Vec<Seat>, Vec<Option<Moment>>) = team.members.iter().map(seat).unzip();
        let left = left.into_iter().enumerate();
        let mut leaving: Vec<_> = left.filter_map(|(place, left)| Some((left?, place))).collect();
        leaving.sort_unstable();
        Self { seats, calendars, leaving }
    }

    /// The seat of the member at that place in the team.
    pub fn seat(&self, place: usize) -> &Seat {
        &self.seats[place]
    }

    /// When members leave, by moment, with their places: when the first day began that they are not there.
    pub fn leaving(&self) -> &[(Moment, usize)] {
        &self.leaving
    }

    /// The calendars that seats name by their places.
    pub fn calendars(&self) -> &[Arc<Calendar>] {
        &self.calendars
    }
}
