//! Finding accounts, people and handoffs by what somebody types: a name, an id or the beginning of one, what
//! a person is known by, a company's domain.

use std::collections::{BTreeMap, BTreeSet};

use crank::account_as_of;
use domain::fact::{Aggregate, Fact};
use domain::handoff::Owner;
use domain::{AccountId, HandoffId, NodeId, PersonId, SignalId};
use engine::state::AccountContext;
use rules::Strategy;
use rules::brief::Briefing;
use serde_json::{Value as Json, json};
use store::{EntryRow, NodeRow, Position, Read, entries_naming};

use super::failure::{Candidates, NotFound, ReadError, Subject, Why};
use super::handoffs::{ListedHandoff, called};
use super::named::NAMED_MAX;
use super::unrecorded::{Reading, Unrecorded};
use super::{Service, find};
use crate::service::identifier::{company_keys, subject_keys};
use crate::service::teams::Teams;

/// The longest text that is looked for, in bytes.
pub const TEXT_BYTES_MAX: usize = 4096;
/// Entries of the journal, from its end, among which a signal is looked for.
pub const SIGNAL_ENTRIES_MAX: u64 = 100_000;
/// Entries that are read in one go.
const STRIDE: usize = 500;
/// Accounts that are shown at most.
const ACCOUNTS_MAX: usize = 20;
/// People of one account that are shown at most.
const PEOPLE_MAX: usize = 50;
/// Entries that are always some moments behind, which is not said.
const UNINDEXED_SAID: u64 = 1_000;
/// Handoffs of one account that are shown at most, the newest.
const HANDOFFS_MAX: usize = 50;

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The accounts that the text leads to.
    pub accounts: Vec<FoundAccount>,
    /// People of these accounts.
    pub people: Vec<FoundPerson>,
    /// Their handoffs, newest first within an account.
    pub handoffs: Vec<ListedHandoff>,
    /// What waits in quarantine and names whom was looked for, or has the id, newest first.
    pub quarantined: Vec<EntryRow>,
    /// People and handoffs that are not listed, since there are too many.
    pub left_out: u64,
    /// Where nothing was found: signals that wait for their turn, which are not searched.
    pub waiting: u64,
    /// How names were searched.
    pub names: NamesSearched,
    /// What owners are called.
    pub teams: Teams,
}

/// How names were searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NamesSearched {
    /// Whether they were: not for whoever may not read them.
    pub searched: bool,
    /// Whether more than are looked at have such names.
    pub more: bool,
    /// The newest entries of the journal whose names are not indexed.
    pub unindexed: u64,
}

impl NamesSearched {
    /// As an answer has it in JSON.
    pub fn json(&self) -> Json {
        json!({ "searched": self.searched, "more": self.more, "unindexed": self.unindexed })
    }

    /// What is to be known of it; none where names were searched and nothing is missing.
    pub fn says(&self) -> Option<String> {
        if !self.searched {
            return Some(
                "Names were not searched, since you read no personal data: a company is found by its whole \
                 name."
                    .to_owned(),
            );
        }
        if self.more {
            return Some(format!(
                "More than {NAMED_MAX} have such names: type more of the name, or one word more."
            ));
        }
        (self.unindexed > UNINDEXED_SAID).then(|| {
            format!(
                "The names in the newest {} entries are not indexed yet: whoever came with them is not found by \
                 name.",
                self.unindexed
            )
        })
    }
}

/// An account that was found.
#[derive(Debug)]
pub struct FoundAccount {
    /// Its id.
    pub id: AccountId,
    /// What it is called.
    pub name: Option<String>,
    /// Its domain.
    pub domain: Option<String>,
    /// People at it, visitors without a name too.
    pub people: u64,
    /// Handoffs over them, closed ones too.
    pub handoffs: u64,
}

/// Somebody who was found.
#[derive(Debug)]
pub struct FoundPerson {
    /// Their id.
    pub id: PersonId,
    /// The account that they are at.
    pub account: AccountId,
    /// What they are called, or their address; none where nobody said, or who asks may not know.
    pub name: Option<String>,
}

impl FoundAccount {
    /// As lists have it in JSON.
    pub fn json(&self) -> Json {
        let Self { id, name, domain, people, handoffs } = self;
        json!({ "id": id, "name": name, "domain": domain, "people": people, "handoffs": handoffs })
    }
}

impl FoundPerson {
    /// As lists have it in JSON.
    pub fn json(&self) -> Json {
        json!({ "id": self.id, "account": self.account, "name": self.name })
    }
}

impl Found {
    /// What the owner of a handoff is called.
    pub fn owner_name<'f>(&'f self, owner: &'f Owner) -> &'f str {
        match owner {
            Owner::Person(member) => self.teams.member(&member.0),
            Owner::Queue(_) | Owner::Engine => owner.id(),
        }
    }

    /// A handoff as lists have it in JSON, with what its owner is called.
    pub fn handoff_json(&self, handoff: &ListedHandoff) -> Json {
        let mut row = handoff.json();
        row["owner_name"] = self.owner_name(&handoff.row.owner).into();
        row
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.quarantined.is_empty()
    }
}

/// An entry of the quarantine as lists have it in JSON.
pub fn quarantined_json(row: &EntryRow) -> Json {
    json!({
        "id": row.entry, "source": row.source, "line": row.line, "reason": row.cause,
        "field": row.field, "says": row.cause.says(), "since": row.since,
        "state": row.state.as_str(),
    })
}

/// What is to be shown.
#[derive(Default)]
struct Targets(BTreeMap<AccountId, Wanted>);

impl Targets {
    fn of(&mut self, account: AccountId) -> &mut Wanted {
        self.0.entry(account).or_default()
    }

    fn people_of(&mut self, nodes: impl IntoIterator<Item = NodeRow>) {
        for to in nodes.into_iter().filter_map(|row| row.pointer) {
            self.of(to.account).people.insert(to.person);
        }
    }
}

/// What of an account is to be shown.
#[derive(Default)]
struct Wanted {
    /// Its place among those that were found by name; none where something else leads there.
    place: Option<usize>,
    /// All people and handoffs.
    whole: bool,
    /// These people with their handoffs.
    people: BTreeSet<PersonId>,
    /// These handoffs with their people.
    handoffs: BTreeMap<HandoffId, PersonId>,
}

impl Service<'_> {
    /// Finds what a text names. `in_force` says what a role may read.
    pub fn search(
        self,
        typed: &str,
        in_force: Option<&Strategy>,
    ) -> Result<Unrecorded<Found>, ReadError> {
        let text = typed.trim();
        let usual = Briefing::default();
        let reader = self.access.reader(in_force.map_or(&usual, |strategy| &strategy.brief));
        let mut found = Found { teams: Teams::of(in_force), ..Found::default() };
        let mut readings = Vec::new();
        if text.is_empty() || text.len() > TEXT_BYTES_MAX {
            return Ok(Unrecorded::new(found, readings));
        }
        let mut targets = Targets::default();
        self.by_id(text, &mut targets)?;
        if reader.personal {
            // Else whoever may not read addresses could ask which of them are known.
            self.by_identifier(text, &mut targets)?;
        }
        // What is held has no owner yet: it is for whoever is told of everything.
        if self.access.sees_all() {
            self.find_held(text, reader.personal, &mut found)?;
        }
        for key in company_keys(text) {
            if let Some(account) = self.reader.account_of(&key)? {
                targets.of(account).whole = true;
            }
        }
        if reader.personal {
            found.names = self.names(text, &mut targets)?;
        }
        if targets.0.is_empty() {
            found.waiting = self.reader.pending_count()?;
        }
        let mut in_sight: Vec<(AccountId, Wanted)> = Vec::new();
        for (account, wanted) in targets.0 {
            if self.sees_account(account)? {
                in_sight.push((account, wanted));
            }
        }
        in_sight.sort_by_key(|(_, wanted)| wanted.place);
        found.left_out += in_sight.len().saturating_sub(ACCOUNTS_MAX) as u64;
        for (account, wanted) in in_sight.into_iter().take(ACCOUNTS_MAX) {
            let folded = account_as_of(self.reader, account, None)?;
            let known = folded.known();
            let named = self.take(known, &wanted, reader.personal, &mut found)?;
            if named {
                readings.push(Reading { account: known.id, nodes: known.members.len() as u64 });
            }
        }
        Ok(Unrecorded::new(found, readings))
    }

    /// What is held and names whom is looked for, or has the id.
    fn find_held(self, text: &str, personal: bool, found: &mut Found) -> Result<(), ReadError> {
        if personal {
            found.quarantined = entries_naming(self.reader, &subject_keys(text))?;
        }
        if let Some(entry) = unless_missing(find::entry(self.reader, text))? {
            found.quarantined.extend(self.reader.entry(entry)?);
        }
        Ok(())
    }

    /// What an id, or the beginning of one, leads to. Text that only looks like one leads nowhere.
    fn by_id(self, text: &str, targets: &mut Targets) -> Result<(), ReadError> {
        if AccountId::prefix(text).is_ok()
            && let Some(account) = unless_missing(self.account_id(text))?
        {
            targets.of(self.reader.forwarded(account)?).whole = true;
        }
        if let Some(person) = unless_missing(self.person_id(text))? {
            targets.people_of(self.reader.cluster(person)?);
        }
        if let Some(node) = unless_missing(self.node_id(text))? {
            targets.people_of(self.reader.node(node)?);
        }
        if let Some(handoff) = unless_missing(self.handoff_id(text))?
            && let Some(row) = self.reader.handoff(handoff)?
        {
            targets.of(row.account).handoffs.insert(row.handoff, row.person);
        }
        if let Some((_, node)) = unless_missing(self.one_signal(text))?.flatten() {
            targets.people_of(self.reader.node(node)?);
        }
        Ok(())
    }

    /// Who and which company is called so.
    fn names(self, text: &str, targets: &mut Targets) -> Result<NamesSearched, ReadError> {
        let named = self.by_name(text)?;
        for (place, one) in named.accounts.into_iter().enumerate() {
            let is_known = targets.0.contains_key(&one.account);
            let wanted = targets.of(one.account);
            if !is_known {
                wanted.place = Some(place);
            }
            wanted.whole |= one.people.is_empty();
            wanted.people.extend(one.people);
        }
        let unindexed = self.reader.names_unindexed()?;
        Ok(NamesSearched { searched: true, more: named.more, unindexed })
    }

    /// The signal whose id begins so. Who is not told of all signals is not told which others begin so.
    pub(super) fn one_signal(self, text: &str) -> Result<Option<(SignalId, NodeId)>, ReadError> {
        let found = self.signal_node(text);
        if self.access.sees_all() {
            return found;
        }
        found.map_err(|error| error.untold(Subject::Signal, text))
    }

    /// The node whose id begins so, in the same way.
    fn node_id(self, text: &str) -> Result<NodeId, ReadError> {
        let found = find::node(self.reader, text);
        if self.access.sees_all() {
            return found;
        }
        found.map_err(|error| error.untold(Subject::Person, text))
    }

    fn by_identifier(self, text: &str, targets: &mut Targets) -> Result<(), ReadError> {
        let keys = subject_keys(text);
        if !keys.is_empty() {
            targets.people_of(self.reader.candidates(&keys)?.into_iter().flatten());
        }
        Ok(())
    }

    /// The signal whose id begins so, with its node, among the newest entries of the journal.
    fn signal_node(self, text: &str) -> Result<Option<(SignalId, NodeId)>, ReadError> {
        let Ok((first, last)) = SignalId::prefix(text) else { return Ok(None) };
        let end = self.reader.head()?.position.0;
        let oldest = end.saturating_sub(SIGNAL_ENTRIES_MAX);
        let mut upto = end;
        let mut found: Option<(SignalId, NodeId)> = None;
        while upto > oldest {
            let after = upto.saturating_sub(STRIDE as u64).max(oldest);
            for stored in self.reader.journal(Position(after), (upto - after) as usize, None)? {
                let Aggregate::Node(node) = stored.entry.header.aggregate else { continue };
                for signal in stored.entry.facts.iter().filter_map(arrived) {
                    if !(first..=last).contains(signal.bytes()) {
                        continue;
                    }
                    if let Some((known, _)) = found.filter(|(known, _)| *known != signal) {
                        // There may be more among the older entries.
                        let ids = [known, signal].map(|id| id.to_string());
                        let several = Candidates { ids: ids.into(), more: true };
                        let several = Why::Several(several);
                        return Err(NotFound::new(Subject::Signal, several, text).into());
                    }
                    found = Some((signal, node));
                }
            }
            if first == last && found.is_some() {
                break;
            }
            upto = after;
        }
        Ok(found)
    }

    /// Takes in what is wanted of an account; whether anybody's name is in it.
    fn take(
        self,
        known: AccountContext<'_>,
        wanted: &Wanted,
        personal: bool,
        found: &mut Found,
    ) -> Result<bool, ReadError> {
        let people: BTreeSet<PersonId> = known
            .nodes()
            .filter(|(_, node)| known.person_of(node.id).is_some())
            .map(|(person, _)| person)
            .collect();
        let all: Vec<HandoffId> = known.handoffs().map(|handoff| handoff.id).collect();
        let seen = self.handoffs_in_sight(&all)?;
        let domain = known.field("domain").and_then(|field| field.value.text());
        found.accounts.push(FoundAccount {
            id: known.id,
            name: known.name().map(str::to_owned),
            domain: domain.map(str::to_owned),
            people: people.len() as u64,
            handoffs: seen.len() as u64,
        });
        let of_handoffs: BTreeSet<PersonId> = wanted.handoffs.values().copied().collect();
        let named = |person: &PersonId| if personal { called(known, *person) } else { None };
        let shown = people.iter().filter(|person| {
            wanted.whole || wanted.people.contains(person) || of_handoffs.contains(person)
        });
        let shown =
            shown.map(|person| FoundPerson { id: *person, account: known.id, name: named(person) });
        // Those with a name first: who only visited says little.
        let mut shown: Vec<FoundPerson> = shown.collect();
        shown.sort_by_key(|person| person.name.is_none());
        found.left_out += shown.len().saturating_sub(PEOPLE_MAX) as u64;
        shown.truncate(PEOPLE_MAX);
        let mut any = shown.iter().any(|person| person.name.is_some());
        found.people.extend(shown);
        let handoffs = known.handoffs().filter(|handoff| {
            let is_wanted = wanted.whole
                || wanted.people.contains(&handoff.person)
                || wanted.handoffs.contains_key(&handoff.id);
            is_wanted && seen.contains(&handoff.id)
        });
        let mut rows = Vec::new();
        for handoff in handoffs {
            rows.extend(self.reader.handoff(handoff.id)?);
        }
        rows.sort_by_key(|row| std::cmp::Reverse((row.opened, row.handoff)));
        found.left_out += rows.len().saturating_sub(HANDOFFS_MAX) as u64;
        for row in rows.into_iter().take(HANDOFFS_MAX) {
            let person = named(&row.person);
            any |= person.is_some();
            let company = known.name().map(str::to_owned);
            found.handoffs.push(ListedHandoff { row, person, company });
        }
        Ok(any)
    }
}

fn arrived(fact: &Fact) -> Option<SignalId> {
    if let Fact::SignalArrived { signal, .. } = fact { Some(*signal) } else { None }
}

/// None where nothing has this id; several is for whoever typed it.
fn unless_missing<T>(found: Result<T, ReadError>) -> Result<Option<T>, ReadError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(ReadError::NotFound(missing)) if !matches!(missing.why, Why::Several(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
