//! Lists of handoffs, with who each is about.

use crank::handoff_known;
use domain::handoff::{MemberId, Owner, QueueName, State};
use domain::{Moment, PersonId, Value};
use engine::as_of::AsOf;
use engine::state::AccountContext;
use serde_json::{Value as Json, json};
use store::{Cursor, HandoffFilter, HandoffRow, Page};

use super::Service;
use super::failure::ReadError;
use super::unrecorded::{Reading, Unrecorded};

/// Rows that are looked at in one go for those that are due.
const STRIDE: usize = 200;

/// A handoff of a list, and who it is about.
#[derive(Debug)]
pub struct ListedHandoff {
    /// The handoff.
    pub row: HandoffRow,
    /// What the person is called, or their address; none where nobody said, or who asks may not know.
    pub person: Option<String>,
    /// What the company is called.
    pub company: Option<String>,
}

impl Service<'_> {
    /// Handoffs, newest first: of a state, of an owner, with a deadline no later than `due`.
    pub fn handoffs(
        self,
        filter: &HandoffFilter,
        due: Option<Moment>,
        from: Option<Cursor>,
        limit: usize,
    ) -> Result<Unrecorded<Page<ListedHandoff>>, ReadError> {
        let Page { rows, next } = self.rows(filter, due, from, limit)?;
        Ok(self.with_names(rows)?.map(|rows| Page { rows, next }))
    }

    /// The same handoffs with who each is about.
    pub(super) fn with_names(
        self,
        handoffs: Vec<HandoffRow>,
    ) -> Result<Unrecorded<Vec<ListedHandoff>>, ReadError> {
        if self.access.sees_figures_alone() {
            let nameless = |row| ListedHandoff { row, person: None, company: None };
            return Ok(Unrecorded::new(handoffs.into_iter().map(nameless).collect(), []));
        }
        let mut readings: Vec<Reading> = Vec::new();
        let mut rows = Vec::with_capacity(handoffs.len());
        for row in handoffs {
            let (person, company) = match handoff_known(self.reader, row.handoff, AsOf::Latest)? {
                Ok(found) => {
                    let known = found.get();
                    let account = known.account();
                    let name = if self.access.reads_names() {
                        called(account, known.person())
                    } else {
                        None
                    };
                    if name.is_some() {
                        let nodes = account.members.len() as u64;
                        readings.push(Reading { account: account.id, nodes });
                    }
                    (name, account.name().map(str::to_owned))
                }
                Err(_) => (None, None),
            };
            rows.push(ListedHandoff { row, person, company });
        }
        Ok(Unrecorded::each_once(rows, readings))
    }

    fn rows(
        self,
        filter: &HandoffFilter,
        due: Option<Moment>,
        mut from: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<HandoffRow>, ReadError> {
        let Some(due) = due else { return self.handoff_rows(filter, from, limit) };
        let mut rows = Vec::new();
        loop {
            // A page ends where its cursor is, so that rows are asked for one stride at a time.
            let stride = STRIDE.min(limit - rows.len());
            let page = self.handoff_rows(filter, from, stride)?;
            rows.extend(
                page.rows.into_iter().filter(|row| deadline(row).is_some_and(|at| at <= due)),
            );
            from = page.next;
            if from.is_none() || rows.len() == limit {
                return Ok(Page { rows, next: from });
            }
        }
    }
}

/// An owner as people type one: a member's id, `person:ID`, `queue:NAME` or `engine`.
pub fn owner_named(text: &str) -> Option<Owner> {
    let member = |id: &str| (!id.is_empty()).then(|| Owner::Person(MemberId(id.into())));
    match text.split_once(':') {
        Some(("queue", name)) if !name.is_empty() => Some(Owner::Queue(QueueName(name.to_owned()))),
        Some(("person", id)) => member(id),
        None if text == "engine" => Some(Owner::Engine),
        None => member(text),
        Some(_) => None,
    }
}

/// What has to happen next to a handoff by when; none where no clock runs.
pub fn deadline(row: &HandoffRow) -> Option<Moment> {
    match row.state {
        State::Proposed
        | State::Checked
        | State::InReview
        | State::Held
        | State::Queued
        | State::Offered => row.accept_by,
        State::Accepted => row.first_touch_by.or(row.qualify_by),
        State::Working | State::Met => row.qualify_by,
        State::Qualified
        | State::Won
        | State::Lost
        | State::Rejected
        | State::Expired
        | State::Recycled
        | State::Disqualified
        | State::Withdrawn
        | State::Faulted
        | State::Repaired => None,
    }
}

/// A row as lists have it in JSON.
pub fn json_of(row: &HandoffRow) -> Json {
    json!({
        "id": row.handoff,
        "version": row.version,
        "kind": row.kind,
        "state": row.state,
        "account": row.account,
        "person": row.person,
        "owner": row.owner,
        "opened": row.opened,
        "changed": row.changed,
        "accept_by": row.accept_by,
        "first_touch_by": row.first_touch_by,
        "qualify_by": row.qualify_by,
        "correlation": row.correlation,
    })
}

impl ListedHandoff {
    /// As lists with names have it in JSON.
    pub fn json(&self) -> Json {
        let mut row = json_of(&self.row);
        row["name"] = self.person.as_deref().into();
        row["company"] = self.company.as_deref().into();
        row
    }
}

/// What a person of an account is called: their name, else their address.
pub(super) fn called(account: AccountContext<'_>, person: PersonId) -> Option<String> {
    let said = |name: &str| {
        let known = account.person_field(person, name)?;
        Value::text(&known.value).map(str::to_owned)
    };
    let whole = || {
        let names: Vec<String> = ["first_name", "last_name"].into_iter().filter_map(said).collect();
        (!names.is_empty()).then(|| names.join(" "))
    };
    said("name").or_else(whole).or_else(|| said("email"))
}
