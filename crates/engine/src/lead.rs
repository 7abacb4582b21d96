//! A lead as the rules see it: a person in an account at a moment.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BinaryHeap;

use domain::fact::Score;
use domain::handoff::{MemberId, Owner};
use domain::{Moment, PersonId, SignalId, Span, Text, Value};
use rules::lists::MailLists;
use rules::name::{ClaimName, HandoffName, Name, Own, OwnerName, PersonName, Points, WorkName};
use rules::scene::{Known, Scene, Touch, TouchScope};
use rules::strategy::Strategy;
use rules::team::Standing;

use crate::identity::{DomainClass, domain_class};
use crate::state::{AccountContext, Field, FieldOf, Handoff, Node, TOUCHES_MAX, Touchpoint, alone};

/// Somebody on the way to a handoff.
#[derive(Clone, Debug)]
pub struct Lead<'a> {
    /// The strategy: its team, whose columns say what the owner of a handoff is like, and its lists.
    strategy: &'a Strategy,
    /// The account that the person is in.
    pub account: AccountContext<'a>,
    /// The person that it is about.
    pub person: PersonId,
    /// The signal that this is decided for.
    pub signal: SignalId,
    /// The score, once there is one.
    pub score: Option<&'a Score>,
    /// The moment of the decision.
    pub now: Moment,
    /// Other accounts that the person is in: consents are the person's.
    elsewhere: Vec<AccountContext<'a>>,
    nodes: Vec<&'a Node>,
    /// What they did, once something asked.
    touchpoints: OnceCell<Vec<&'a Touchpoint>>,
    /// The same in wider scopes: with claims, of everybody, of everybody with claims.
    wider: [OnceCell<Vec<&'a Touchpoint>>; 3],
}

impl<'a> Lead<'a> {
    /// A person at a signal.
    pub fn new(
        strategy: &'a Strategy,
        account: AccountContext<'a>,
        person: PersonId,
        signal: SignalId,
        score: Option<&'a Score>,
        now: Moment,
    ) -> Self {
        let nodes: Vec<&Node> = account.nodes_of(person).collect();
        Self {
            strategy,
            account,
            person,
            signal,
            score,
            now,
            elsewhere: Vec::new(),
            nodes,
            touchpoints: OnceCell::new(),
            wider: Default::default(),
        }
    }

    /// The same, with what is known of the person at their other accounts.
    #[must_use]
    pub fn known_at(mut self, accounts: &[AccountContext<'a>]) -> Self {
        let others = accounts.iter().filter(|other| other.id != self.account.id);
        self.elsewhere = others.copied().collect();
        self
    }

    /// The nodes of the person, in the order of their ids.
    pub fn nodes(&self) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().copied()
    }

    /// The value of a field that meets rules: the one that counts of those whose source may set it.
    fn field_set(&self, name: &ClaimName) -> Option<&'a Field> {
        self.set_of(name, self.field_said(name)?)
    }

    /// What is known of a field that sources bring. Without claims it is what those say that may set it.
    fn field_known(&self, name: &ClaimName, claims: Claims) -> Known<'a> {
        let Some(said) = self.field_said(name) else { return Known::default() };
        match (self.set_of(name, said), claims) {
            (Some(field), _) => known_by(field, false),
            (None, Claims::Asked) => known_by(said, true),
            (None, Claims::Unasked) => Known { claim: true, ..Known::default() },
        }
    }

    /// The value that counts, claims included.
    fn field_said(&self, name: &ClaimName) -> Option<&'a Field> {
        self.field_where(name, |_| true)
    }

    /// The value that counts of those whose source may set it. Where that of all of them is one, it is the
    /// one, and no other is looked at.
    fn set_of(&self, name: &ClaimName, said: &'a Field) -> Option<&'a Field> {
        let sources = &self.strategy.sources;
        let may = |field: &Field| sources.may_set(field.source.as_str(), field.vouched, name);
        if may(said) { Some(said) } else { self.field_where(name, may) }
    }

    fn field_where(&self, name: &ClaimName, may: impl Fn(&Field) -> bool) -> Option<&'a Field> {
        match name {
            ClaimName::Account(path) => self.account.field_where(path, may),
            ClaimName::Person(path) => {
                let said = self.nodes().flat_map(|node| node.said(FieldOf::Person, path));
                said.filter(|field| may(field)).max_by_key(|field| field.weight())
            }
        }
    }

    /// A field of the account as rules see it.
    pub fn account_value(&self, name: &'static str) -> Option<&'a Value> {
        let name = ClaimName::Account(Text::from_static(name));
        self.field_set(&name).map(|field| &field.value)
    }

    /// Whether something verified says that the person belongs to the account.
    pub fn is_linked(&self) -> bool {
        let here = self.account.id;
        let says = |node: &Node| match node.anchor {
            Some(anchor) => anchor.verified && anchor.account == here,
            None => alone(node.id) == here && node.is_verified(),
        };
        self.nodes().any(says)
    }

    /// The touchpoint of the signal that this is decided for.
    pub fn touchpoint(&self) -> Option<&'a Touchpoint> {
        self.touchpoints().iter().copied().find(|touch| touch.signal == self.signal)
    }

    /// Touches of the person, and what was verifiably said of the company alone, up to now, newest first:
    /// at most [`TOUCHES_MAX`].
    pub fn touchpoints(&self) -> &[&'a Touchpoint] {
        self.touchpoints_in(TouchScope::default())
    }

    /// The same of everybody at the account, or with what nobody vouches for.
    fn touchpoints_in(&self, scope: TouchScope) -> &[&'a Touchpoint] {
        let held = match (scope.everybody, scope.claims) {
            (false, false) => &self.touchpoints,
            (false, true) => &self.wider[0],
            (true, false) => &self.wider[1],
            (true, true) => &self.wider[2],
        };
        held.get_or_init(|| {
            let company = self.account.company_nodes();
            let company = company.filter(|node| scope.claims || node.is_verified());
            let mut nodes: Vec<&Node> = self.nodes.iter().copied().chain(company).collect();
            if scope.everybody {
                nodes.extend(self.others().filter(|node| scope.claims || self.belongs(node)));
            }
            newest(&nodes, self.now)
        })
    }

    /// The nodes of everybody else at the account.
    fn others(&self) -> impl Iterator<Item = &'a Node> {
        let (account, person) = (self.account, self.person);
        let companies = &account.account().companies;
        let others = account
            .nodes()
            .filter(move |(whose, node)| *whose != person && !companies.contains(&node.id));
        others.map(|(_, node)| node)
    }

    /// Whether something verified says that a node belongs to the account.
    fn belongs(&self, node: &Node) -> bool {
        let here = self.account.id;
        match node.anchor {
            Some(anchor) => anchor.verified && anchor.account == here,
            None => node.is_verified(),
        }
    }

    fn consent(&self, path: &str) -> Option<&'a Field> {
        let here = self.account.consent(self.person, path);
        let there = self.elsewhere.iter().filter_map(|other| other.consent(self.person, path));
        here.into_iter().chain(there).max_by_key(|field| (field.moment, field.known))
    }

    fn open_handoff(&self) -> Option<&'a Handoff> {
        let there = || self.elsewhere.iter().find_map(|other| other.open_handoff(self.person));
        self.account.open_handoff(self.person).or_else(there)
    }

    fn person_known(&self, name: &PersonName) -> Known<'a> {
        match name {
            PersonName::FreeMail => self.mail_known(DomainClass::FreeMail),
            PersonName::DisposableMail => self.mail_known(DomainClass::Disposable),
            PersonName::Verified => {
                let verified = |node: &Node| node.identifiers.keys().any(|key| key.verified);
                Known::value(Some(yes_or_no(self.nodes().any(verified))))
            }
            PersonName::Field(path) => {
                self.field_known(&ClaimName::Person(path.clone()), Claims::Unasked)
            }
        }
    }

    /// Whether their address is of a class.
    fn mail_known(&self, class: DomainClass) -> Known<'a> {
        let email = ClaimName::Person(Text::from_static("email"));
        let known = self.field_known(&email, Claims::Unasked);
        let address = known.value.as_ref().and_then(|address| address.text());
        let found = address.and_then(|address| mail_class(address, &self.strategy.mail));
        Known { value: found.map(|found| yes_or_no(found == class)), ..known }
    }

    fn score_value(&self, part: Points) -> Option<Cow<'a, Value>> {
        let score = self.score?;
        Some(Cow::Owned(Value::Decimal(part.of(score.fit, score.engagement))))
    }

    fn handoff_value(&self, name: HandoffName) -> Option<Cow<'a, Value>> {
        let handoff = self.open_handoff()?;
        let text = match name {
            HandoffName::Kind => handoff.kind.as_str(),
            HandoffName::State => handoff.state.as_str(),
            HandoffName::Sla => handoff.sla.as_deref()?,
            HandoffName::Owner => handoff.owner.id(),
        };
        Some(text_value(text))
    }

    fn owner_value(&self, name: &OwnerName) -> Option<Cow<'a, Value>> {
        let owner = &self.open_handoff()?.owner;
        match (name, owner) {
            (OwnerName::Id, owner) => Some(text_value(owner.id())),
            (OwnerName::Column(column), Owner::Person(member)) => {
                self.strategy.team.member(&member.0)?.field(column).map(Cow::Borrowed)
            }
            // A queue and the engine have no row in team.csv.
            (OwnerName::Column(_), Owner::Queue(_) | Owner::Engine) => None,
        }
    }

    /// What is known of the work at the account. The handoff that is asked for began with this signal.
    fn work_value(&self, name: WorkName) -> Option<Cow<'a, Value>> {
        let (account, own) = (self.account, self.signal);
        let others = || account.handoffs().filter(move |known| known.signal != own);
        match name {
            WorkName::WorkedBy => self.work_in_hand().map(|(_, member)| text_value(&member.0)),
            WorkName::WorkedDays => {
                let (handoff, _) = self.work_in_hand()?;
                let since = handoff.accepted.unwrap_or(handoff.opened);
                let days = (self.now.0 - since.0).max(0) / Span::DAY.0;
                Some(Cow::Owned(Value::Integer(days)))
            }
            WorkName::OpenHandoffs => {
                let open = others().filter(|known| known.is_open()).count();
                Some(Cow::Owned(Value::Integer(open as i64)))
            }
            WorkName::LastOwner => {
                let owned = others().filter_map(|known| {
                    let Owner::Person(member) = &known.owner else { return None };
                    Some(((known.assigned, known.id), member))
                });
                owned.max_by_key(|(at, _)| *at).map(|(_, member)| text_value(&member.0))
            }
        }
    }

    /// The handoff of the account that was begun last of those that somebody works, and who does; none
    /// where they have left.
    fn work_in_hand(&self) -> Option<(&'a Handoff, &'a MemberId)> {
        let own = self.signal;
        let worked = self.account.handoffs().filter_map(|known| {
            let Owner::Person(member) = &known.owner else { return None };
            (known.signal != own && known.state.is_active_work()).then_some((known, member))
        });
        let (known, member) = worked.max_by_key(|(known, _)| (known.opened, known.id))?;
        let date = self.now.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
        let in_team = self.strategy.team.member(&member.0)?.standing(date) == Standing::Active;
        in_team.then_some((known, member))
    }

    fn lead_value(&self, own: &Own) -> Option<Cow<'a, Value>> {
        self.touchpoint().map(shown)?.own(own)
    }
}

fn mail_class(address: &str, mail: &MailLists) -> Option<DomainClass> {
    let at = address.bytes().rposition(|byte| byte == b'@')?;
    domain_class(&address[at + 1..], mail)
}

/// A touchpoint as conditions see it.
fn shown(touch: &Touchpoint) -> Touch<'_> {
    Touch {
        signal: touch.signal,
        moment: touch.moment,
        kind: &touch.kind,
        source: touch.source.as_str(),
        fields: &touch.fields,
    }
}

const fn yes_or_no<'a>(holds: bool) -> Cow<'a, Value> {
    Cow::Owned(Value::Boolean(holds))
}

fn text_value<'a>(text: &str) -> Cow<'a, Value> {
    Cow::Owned(Value::Text(text.into()))
}

/// The newest touches up to a moment, newest first. Those of one node are in order already, so only
/// their heads are compared.
fn newest<'a>(nodes: &[&'a Node], now: Moment) -> Vec<&'a Touchpoint> {
    let key = |touch: &Touchpoint| (touch.moment, touch.signal);
    let newest_first = |node: &&'a Node| {
        let touches = node.touchpoints.iter().rev().map(|touch| &**touch);
        touches.skip_while(move |touch| touch.moment > now)
    };
    if let [node] = nodes {
        let mut found: Vec<&Touchpoint> = newest_first(node).take(TOUCHES_MAX).collect();
        found.sort_by_key(|touch| std::cmp::Reverse(key(touch)));
        return found;
    }
    let mut rests: Vec<_> = nodes.iter().map(newest_first).collect();
    let mut heads: Vec<Option<&Touchpoint>> = rests.iter_mut().map(Iterator::next).collect();
    let mut order: BinaryHeap<_> = heads
        .iter()
        .enumerate()
        .filter_map(|(at, head)| head.map(|touch| (key(touch), at)))
        .collect();
    let mut found: Vec<&Touchpoint> = Vec::new();
    while let Some((_, at)) = order.pop()
        && found.len() < TOUCHES_MAX
    {
        let next = rests[at].next();
        order.extend(next.map(|touch| (key(touch), at)));
        found.extend(std::mem::replace(&mut heads[at], next));
    }
    found.sort_by_key(|touch| std::cmp::Reverse(key(touch)));
    found
}

impl Scene for Lead<'_> {
    fn now(&self) -> Moment {
        self.now
    }

    fn known(&self, name: &Name) -> Known<'_> {
        match name {
            Name::Person(name) => self.person_known(name),
            Name::Account(path) => {
                self.field_known(&ClaimName::Account(path.clone()), Claims::Unasked)
            }
            Name::Claimed(name) => self.field_known(name, Claims::Asked),
            Name::Work(name) => Known::value(self.work_value(*name)),
            Name::Lead(own) => {
                Known { value: self.lead_value(own), source: Some(self.signal), claim: false }
            }
            Name::Consent(path) => {
                self.consent(path).map_or_else(Known::default, |said| known_by(said, false))
            }
            // No one signal says these.
            Name::Score(part) => Known::value(self.score_value(*part)),
            Name::Handoff(name) => Known::value(self.handoff_value(*name)),
            Name::Owner(name) => Known::value(self.owner_value(name)),
        }
    }

    fn touches(&self) -> usize {
        self.touchpoints().len()
    }

    fn touch(&self, at: usize) -> Touch<'_> {
        shown(self.touchpoints()[at])
    }

    fn touches_in(&self, scope: TouchScope) -> usize {
        self.touchpoints_in(scope).len()
    }

    fn touch_in(&self, scope: TouchScope, at: usize) -> Touch<'_> {
        shown(self.touchpoints_in(scope)[at])
    }
}

/// Whether a rule asks for claims too.
#[derive(Clone, Copy)]
enum Claims {
    Asked,
    Unasked,
}

fn known_by(field: &Field, claim: bool) -> Known<'_> {
    Known { value: Some(Cow::Borrowed(&field.value)), source: Some(field.signal), claim }
}
