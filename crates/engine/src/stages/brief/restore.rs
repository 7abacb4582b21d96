//! A brief out of its sealed claims: what it said when it was written, looked up again in the signals
//! that it rests on. What was erased since is not said.

use domain::fact::{Claim, ClaimCode, Claims, ScoreGroup, Unknown, UnknownCode};
use domain::handoff::Target;
use domain::reason::Code;
use domain::{Moment, PersonId, Value};
use rules::Strategy;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::claim::{Evidence, Place};
use super::draft::{Draft, Drafted, KnowledgeGap, number_of};
use super::input::{Erased, erased, of_touch};
use super::owner::Line;
use super::plan::{self, Choice, Plan};
use super::section::{About, Section};
use super::sentence::Sentence;
use crate::as_of::HandoffAsOf;
use crate::state::{Field, FieldOf, Node, Touchpoint};

/// A brief that was written before.
#[derive(Debug)]
pub struct RestoredBrief<'a> {
    /// What is left of it.
    pub draft: Draft<'a>,
    /// Whether all that it rests on is there. Signals of whoever was erased are not.
    pub is_whole: bool,
}

/// The brief that was written of a handoff; none where its claims were not kept or were erased. Its
/// plan is that of the strategy that it was written under, where that is at hand.
pub(super) fn recalled<'a>(
    known: HandoffAsOf<'a>,
    strategy: Option<&'a Strategy>,
) -> Option<RestoredBrief<'a>> {
    let claims = &known.written()?.claims;
    let restorer = BriefRestorer::over(known, claims);
    let told = claims.claims.iter().zip(1..);
    let told = told.filter_map(|(claim, ordinal)| Some((ordinal, restorer.drafted(claim)?)));
    let (ordinals, told): (Vec<u16>, Vec<Drafted<'a>>) = told.unzip();
    let of_evidence = |claims: &mut dyn Iterator<Item = usize>| claims.sum::<usize>();
    let written = of_evidence(&mut claims.claims.iter().map(|claim| claim.evidence.len()));
    let found = of_evidence(&mut told.iter().map(|drafted| drafted.evidence.len()));
    let erased = erased(known.account(), known.person(), known.handoff().node);
    let mut unknown: Vec<KnowledgeGap<'a>> = claims.unknown.iter().map(gap).collect();
    if erased != Erased::Nothing && !unknown.contains(&KnowledgeGap::of(UnknownCode::PartErased)) {
        unknown.insert(0, KnowledgeGap::of(UnknownCode::PartErased));
    }
    let is_whole = told.len() == claims.claims.len()
        && found == written
        && unknown.len() == claims.unknown.len();
    let plan = strategy.map_or_else(Plan::default, |strategy| restorer.plan(strategy));
    let draft = Draft {
        handoff: known.handoff(),
        account: known.account().id,
        as_of: known.moment(),
        claims: told,
        unknown,
        plan,
        ordinals: Some(ordinals),
    };
    Some(RestoredBrief { draft, is_whole })
}

/// A signal that claims rest on: whose it is, where its fields are, and the signal.
#[derive(Clone, Copy)]
struct Found<'a> {
    whose: PersonId,
    node: &'a Node,
    touch: &'a Touchpoint,
}

/// The signals that claims rest on, where they are there.
struct BriefRestorer<'a> {
    known: HandoffAsOf<'a>,
    claims: &'a Claims,
    /// By their places in the claims.
    found: Vec<Option<Found<'a>>>,
}

impl<'a> BriefRestorer<'a> {
    fn over(known: HandoffAsOf<'a>, claims: &'a Claims) -> Self {
        let places: FxHashMap<_, _> =
            claims.signals.iter().enumerate().map(|(at, signal)| (*signal, at)).collect();
        let mut found = vec![None; claims.signals.len()];
        for (whose, node) in known.account().nodes() {
            for touch in node.touchpoints.iter() {
                if let Some(place) = places.get(&touch.signal) {
                    found[*place] = Some(Found { whose, node, touch });
                }
            }
        }
        Self { known, claims, found }
    }

    fn drafted(&self, claim: &'a Claim) -> Option<Drafted<'a>> {
        let (sentence, field) = self.sentence(claim)?;
        let source = claim.source.and_then(|place| self.claims.sources.get(usize::from(place)));
        let evidence: SmallVec<[Evidence<'a>; 1]> = claim
            .evidence
            .iter()
            .filter_map(|place| self.at(*place))
            .map(|found| {
                let evidence = of_touch(found.touch, field.unwrap_or(Place::KIND));
                Evidence { source: source.unwrap_or(evidence.source), ..evidence }
            })
            .collect();
        (!evidence.is_empty()).then_some(Drafted { sentence, evidence })
    }

    /// What a claim says, and the part of the signal that it tells.
    fn sentence(&self, claim: &'a Claim) -> Option<(Sentence<'a>, Option<Place<'a>>)> {
        let found = claim.evidence.iter().find_map(|place| self.at(*place))?;
        let Found { node, touch, .. } = found;
        let number = |at: usize| claim.numbers.get(at).copied();
        let name = claim.name.as_deref().unwrap_or_default();
        let field = |section, about| field(found, (section, about, name));
        let plain = |sentence| Some((sentence, None));
        match claim.code {
            ClaimCode::Began => plain(Sentence::Began(touch)),
            ClaimCode::OthersActive => {
                plain(Sentence::OthersActive(usize::try_from(number(0)?).ok()?))
            }
            ClaimCode::Row => plain(Sentence::Row { touch, theirs: true }),
            ClaimCode::RowOfOthers => plain(Sentence::Row { touch, theirs: false }),
            ClaimCode::PersonField => field(Section::Who, About::Person),
            ClaimCode::AccountField => field(Section::Account, About::Account),
            ClaimCode::OthersField => field(Section::Committee, About::Person),
            ClaimCode::PersonTopic => field(Section::numbered(number(0)?)?, About::Person),
            ClaimCode::AccountTopic => field(Section::numbered(number(0)?)?, About::Account),
            ClaimCode::Consent => {
                let given = number(0)? == 1;
                let known = node.consents.get(name)?;
                let place = Place { about: About::Consent, name };
                let same = is_of(known, touch) && (known.value == Value::Boolean(true)) == given;
                same.then_some((Sentence::Consent { name, given }, Some(place)))
            }
            ClaimCode::Said => {
                let (section, value) = (Section::numbered(number(0)?)?, touch.fields.get(name)?);
                let place = Place { about: About::Signal, name };
                Some((Sentence::Said { section, name, value }, Some(place)))
            }
            ClaimCode::Score => plain(Sentence::Score {
                fit: i32::try_from(number(0)?).ok()?,
                engagement: i32::try_from(number(1)?).ok()?,
            }),
            ClaimCode::ScorePart => plain(Sentence::ScorePart {
                group: if number(0)? == 0 { ScoreGroup::Fit } else { ScoreGroup::Engagement },
                rule: number(2).map(u16::try_from).transpose().ok()?,
                points: i32::try_from(number(1)?).ok()?,
            }),
            ClaimCode::Owner => plain(Sentence::Owner(Line::Owner)),
            ClaimCode::Route => {
                plain(Sentence::Owner(Line::Route(u16::try_from(number(0)?).ok()?)))
            }
            ClaimCode::Pool => plain(Sentence::Owner(Line::Pool)),
            ClaimCode::RoutingReason => {
                let code = Code::numbered(u16::try_from(number(0)?).ok()?)?;
                plain(Sentence::Owner(Line::Reason(code)))
            }
            ClaimCode::Due => {
                let mut targets = Target::ALL.iter();
                let target = *targets.find(|known| Some(number_of(**known)) == number(0))?;
                plain(Sentence::Due { target, due: Moment(number(1)?) })
            }
        }
    }

    fn plan(&self, strategy: &'a Strategy) -> Plan<'a> {
        let Some(chosen) = &self.claims.playbook else { return Plan::default() };
        let signal = |place: &u16| self.claims.signals.get(usize::from(*place)).copied();
        let evidence = chosen.evidence.iter().filter_map(signal).collect();
        let choice = Choice { place: chosen.playbook, evidence };
        plan::chosen(self.known.handoff(), strategy, choice)
    }

    fn at(&self, place: u16) -> Option<Found<'a>> {
        *self.found.get(usize::from(place))?
    }
}

/// A field as its signal said it.
fn field<'a>(
    Found { whose, node, touch }: Found<'a>,
    (section, about, name): (Section, About, &'a str),
) -> Option<(Sentence<'a>, Option<Place<'a>>)> {
    let of = if about == About::Account { FieldOf::Account } else { FieldOf::Person };
    let known = node.said(of, name).find(|known| is_of(known, touch))?;
    let other = (section == Section::Committee).then_some(whose);
    let (value, claimed) = (&known.value, !known.vouched);
    let sentence = Sentence::Field { section, about, name, value, other, claimed };
    Some((sentence, Some(Place { about, name })))
}

fn is_of(field: &Field, touch: &Touchpoint) -> bool {
    field.signal == touch.signal
}

fn gap(unknown: &Unknown) -> KnowledgeGap<'_> {
    KnowledgeGap { code: unknown.code, field: unknown.name.as_deref() }
}
