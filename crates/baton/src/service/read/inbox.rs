//! What waits for somebody: the handoffs that they have to do with, by how urgent they are.

use crank::{desk_known, handoff_known};
use domain::handoff::{Owner, State, Target};
use domain::{AccountId, HandoffId, Moment, PersonId, Value};
use engine::as_of::{AsOf, HandoffAsOf};
use engine::desk::Desk;
use engine::stages::brief::{self, Section};
use engine::state::{AccountContext, Handoff};
use rules::Strategy;
use rules::brief::Briefing;
use store::{HandoffFilter, HandoffRow, Read, StoreError};

use super::Service;
use super::failure::ReadError;
use super::handoff::absent;
use super::handoffs::{called, deadline};
use super::unrecorded::{Reading, Unrecorded};

/// Where a handoff wants something of its owner.
pub const AT_WORK: [State; 8] = [
    State::Offered,
    State::Accepted,
    State::Working,
    State::Met,
    State::Qualified,
    State::Queued,
    State::InReview,
    State::Faulted,
];

/// Who a handoff is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    /// The account.
    pub account: AccountId,
    /// What the person is called, or their address; none where nobody said, or who asks may not know.
    pub person: Option<String>,
    /// What they do.
    pub title: Option<String>,
    /// What the company is called.
    pub company: Option<String>,
    /// What it began with, in words: `sent the form “Quote”`.
    pub began: Option<String>,
    /// When its present owner got it.
    pub assigned: Option<Moment>,
    /// Until when it is to be qualified, while that clock runs.
    pub qualify_by: Option<Moment>,
    /// How the person can be reached; empty where who asks may not know, and for somebody who must not be
    /// contacted.
    pub reach: Reach,
}

/// The addresses that somebody can be reached at and has not withdrawn their consent to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reach {
    /// A mail address.
    pub email: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
}

/// A handoff of an inbox.
#[derive(Debug)]
pub struct InboxHandoff {
    /// The handoff.
    pub row: HandoffRow,
    /// Who it is about; none where its account cannot be read.
    pub about: Option<About>,
    /// Until when its owner does not want to see it.
    pub snoozed: Option<Moment>,
}

impl InboxHandoff {
    /// What has to happen next by when; none where no clock runs.
    pub fn due(&self) -> Option<Moment> {
        deadline(&self.row).or_else(|| self.about.as_ref()?.qualify_by)
    }
}

/// Which part of an inbox is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// What its owner wants to see.
    InSight,
    /// What they do not want to see yet.
    Snoozed,
}

/// What waits for somebody.
#[derive(Debug, Default)]
pub struct Inbox {
    /// The handoffs, the most urgent first.
    pub handoffs: Vec<InboxHandoff>,
    /// Whether there are more than were looked at.
    pub more: bool,
    /// How many are out of sight.
    pub snoozed: u64,
}

/// What waits for somebody, in figures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InboxCount {
    /// How many handoffs.
    pub count: u64,
    /// Of how many the time is over.
    pub late: u64,
    /// When one of them changed last.
    pub changed: Option<Moment>,
}

/// What waits for an owner in figures, of at most so many of each state. Nothing of a person is read.
pub fn count(
    reader: &impl Read,
    owner: &Owner,
    now: Moment,
    limit: usize,
) -> Result<InboxCount, StoreError> {
    let mut rows = Vec::new();
    for state in AT_WORK {
        rows.extend(reader.handoffs(&in_state(state, owner), None, limit)?.rows);
    }
    if !rows.is_empty() {
        // Every page asks this: the desk is folded only where somebody has something to snooze.
        let desk = desk_known(reader)?;
        rows.retain(|row| snoozed_until(&desk, owner, row.handoff, now).is_none());
    }
    let late = |row: &&HandoffRow| deadline(row).is_some_and(|due| due < now);
    Ok(InboxCount {
        count: rows.len() as u64,
        late: rows.iter().filter(late).count() as u64,
        changed: rows.iter().map(|row| row.changed).max(),
    })
}

/// Until when an owner does not want to see a handoff, at a moment.
fn snoozed_until(desk: &Desk, owner: &Owner, handoff: HandoffId, now: Moment) -> Option<Moment> {
    match owner {
        Owner::Person(member) => desk.load(member)?.snoozed_until(handoff, now),
        Owner::Queue(_) | Owner::Engine => None,
    }
}

/// The handoffs of an owner in a state.
pub fn in_state(state: State, owner: &Owner) -> HandoffFilter {
    HandoffFilter { state: Some(state), owner: Some(owner.clone()) }
}

impl Service<'_> {
    /// What waits for an owner at a moment, at most so many of each state. `in_force` says what a role may
    /// read.
    pub fn inbox(
        self,
        owner: &Owner,
        (part, now): (Part, Moment),
        limit: usize,
        in_force: Option<&Strategy>,
    ) -> Result<Unrecorded<Inbox>, ReadError> {
        let (mut found, mut readings) = (Inbox::default(), Vec::new());
        let desk = self.desk()?;
        for state in AT_WORK {
            let page = self.handoff_rows(&in_state(state, owner), None, limit)?;
            found.more |= page.next.is_some();
            for row in page.rows {
                let snoozed = snoozed_until(&desk, owner, row.handoff, now);
                found.snoozed += u64::from(snoozed.is_some());
                if snoozed.is_some() != (part == Part::Snoozed) {
                    continue;
                }
                let about = match handoff_known(self.reader, row.handoff, AsOf::Latest)? {
                    Ok(known) => Some(self.about(known.get(), in_force)),
                    Err(_) => None,
                };
                let (about, reading) = about.unzip();
                readings.extend(reading.flatten());
                found.handoffs.push(InboxHandoff { row, about, snoozed });
            }
        }
        found.handoffs.sort_by_key(|one| {
            // Whoever waits to be taken or called comes before those who are worked, however late these are.
            let (waits, due) = (deadline(&one.row), one.due());
            (waits.is_none(), waits, due.is_none(), due, std::cmp::Reverse(one.row.opened))
        });
        Ok(Unrecorded::each_once(found, readings))
    }

    /// Who the handoff is about whose id begins as typed.
    pub fn about_handoff(
        self,
        typed: &str,
        in_force: Option<&Strategy>,
    ) -> Result<Unrecorded<About>, ReadError> {
        let id = self.handoff_id(typed)?;
        let known = handoff_known(self.reader, id, AsOf::Latest)?.map_err(|why| absent(id, why))?;
        let (about, reading) = self.about(known.get(), in_force);
        Ok(Unrecorded::new(about, reading))
    }

    pub(super) fn about(
        self,
        known: HandoffAsOf<'_>,
        in_force: Option<&Strategy>,
    ) -> (About, Option<Reading>) {
        let usual = Briefing::default();
        let reader = self.access.reader(in_force.map_or(&usual, |strategy| &strategy.brief));
        let (account, handoff) = (known.account(), known.handoff());
        let mut about = About {
            account: known.held_by(),
            person: None,
            title: None,
            company: account.name().map(str::to_owned),
            began: None,
            assigned: handoff.assigned,
            qualify_by: qualify_by(handoff),
            reach: Reach::default(),
        };
        if !reader.personal {
            return (about, None);
        }
        let person = known.person();
        about.person = called(account, person);
        let title = account.person_field(person, "title");
        about.title = title.and_then(|field| field.value.text()).map(str::to_owned);
        let began = account.touch_of(handoff.node, handoff.signal);
        about.began = began.map(brief::deed_in_words);
        if reader.sections().contains(&Section::Who) {
            about.reach = reach(account, person);
        }
        let nodes = account.members.len() as u64;
        (about, Some(Reading { account: account.id, nodes }))
    }
}

/// Until when somebody who is worked is to be qualified.
fn qualify_by(handoff: &Handoff) -> Option<Moment> {
    let works = matches!(handoff.state, State::Working | State::Met);
    let clock = handoff.clocks.get(&Target::Qualify).filter(|clock| works && clock.is_running())?;
    Some(clock.due)
}

/// How somebody can be reached. Nobody is led to contact a person who must not be, or in a way that they withdrew
/// their consent to.
fn reach(account: AccountContext<'_>, person: PersonId) -> Reach {
    if account.suppressed.contains_key(&person) {
        return Reach::default();
    }
    let allowed = |name: &str| {
        let said = account.consent(person, name);
        said.is_none_or(|said| said.value != Value::Boolean(false))
    };
    let known = |name: &str| {
        let field = account.person_field(person, name).filter(|_| allowed(name))?;
        field.value.text().map(str::to_owned)
    };
    Reach { email: known("email"), phone: known("phone") }
}
