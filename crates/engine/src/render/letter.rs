//! A brief as a person would write it: who asked for what and why now, what to do first, and then people
//! as people and counts in place of rows. Every line says which claims it rests on; it says nothing that
//! is not in them.

use std::fmt::Write as _;

use domain::handoff::Target;
use domain::{PersonId, Value};

use crate::stages::brief::{Section, Sentence, deed, words};
use crate::view::{BriefView, ClaimView, RemarkView};

/// The most characters of a name or a title in a sentence.
const NAME_CHARS_MAX: usize = 80;
/// What stands after what nobody vouches for.
const CLAIMED: &str = " (claimed)";

/// A brief in lines.
#[derive(Debug)]
pub(super) struct Letter {
    /// Who it is about, in a few words, as the subject of a message.
    pub about: String,
    /// Who asked for what, why now, and what nobody knows.
    pub headline: Vec<Line>,
    /// The rest, in the order that it is read.
    pub parts: Vec<Part>,
}

/// What a section says.
#[derive(Debug)]
pub(super) struct Part {
    /// Which section.
    pub section: Section,
    /// Its heading.
    pub title: &'static str,
    /// What it says.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// What it says.
    pub text: String,
    /// The claims that it rests on, by their places.
    pub claims: Vec<usize>,
    /// How it is told.
    pub tone: Tone,
    /// The number of what it rests on, once lines have numbers; none where it rests on no signal.
    pub number: Option<usize>,
}

/// How a line is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Tone {
    /// As what is known.
    #[default]
    Known,
    /// As what nobody knows.
    Unknown,
    /// As a step to take.
    Step,
}

impl Line {
    fn known(text: String, claims: Vec<usize>) -> Self {
        Self { text, claims, tone: Tone::Known, number: None }
    }
}

/// Writes a brief as a person would.
pub(super) fn letter(brief: &BriefView<'_>) -> Letter {
    written(&Writer { brief, deadline: Deadline::Told })
}

/// The same for a page, which shows beside it the clock that runs now: until when it was to be accepted as it
/// was written is not in it.
pub(super) fn letter_beside_clock(brief: &BriefView<'_>) -> Letter {
    written(&Writer { brief, deadline: Deadline::LeftOut })
}

/// Whether a letter says until when the handoff is to be accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deadline {
    Told,
    LeftOut,
}

fn written(writer: &Writer<'_, '_>) -> Letter {
    let brief = writer.brief;
    let parts = brief.sections.iter().copied().filter_map(|section| {
        let lines = writer.lines(section);
        let title = if section == Section::Committee {
            "Others there"
        } else if section == Section::Owner && brief.for_owner {
            "Why you"
        } else {
            section.title()
        };
        (!lines.is_empty()).then_some(Part { section, title, lines })
    });
    Letter { about: writer.about(), headline: writer.headline(), parts: parts.collect() }
}

/// What somebody said of the handoff before.
fn remark(said: &RemarkView<'_>) -> Line {
    let RemarkView { moment, by, did, text: words } = said;
    let mut text = format!("{by} {did} on {} UTC: ", words::stamp(*moment));
    words::quote_all(&mut text, words);
    Line::known(text, Vec::new())
}

/// A part of a line.
struct Told {
    /// The claim that it rests on, by its place; none for what is said to hold the others together.
    at: Option<usize>,
    /// What it says.
    text: String,
    /// Whether nobody vouches for it.
    claimed: bool,
}

impl Told {
    const fn known(at: usize, text: String) -> Self {
        Self { at: Some(at), text, claimed: false }
    }

    fn within(self, before: &str, after: &str) -> Self {
        Self { text: format!("{before}{}{after}", self.text), ..self }
    }
}

/// Parts of a line, each with what stands before it.
#[derive(Default)]
struct Phrase {
    parts: Vec<(&'static str, Told)>,
}

impl Phrase {
    fn extend(&mut self, before: &'static str, parts: impl IntoIterator<Item = Told>) {
        self.parts.extend(parts.into_iter().map(|told| (before, told)));
    }

    fn say(&mut self, text: &str) {
        self.parts.push(("", Told { at: None, text: text.to_owned(), claimed: false }));
    }

    const fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    fn has_comma(&self) -> bool {
        let said = self.parts.iter().enumerate();
        said.into_iter()
            .any(|(at, (before, told))| told.text.contains(',') || (at > 0 && before.contains(',')))
    }

    /// The line; none where there is no part. What nobody vouches for is marked: all of it together at the
    /// end, or else each part.
    fn line(self) -> Option<Line> {
        let mut claims = self.parts.iter().filter(|(_, told)| told.at.is_some()).peekable();
        let together = claims.peek().is_some() && claims.all(|(_, told)| told.claimed);
        let (mut text, mut claims) = (String::new(), Vec::new());
        for (before, told) in self.parts {
            if !text.is_empty() {
                text.push_str(before);
            }
            text.push_str(&told.text);
            if told.claimed && !together {
                text.push_str(CLAIMED);
            }
            claims.extend(told.at);
        }
        if together {
            text.push_str(CLAIMED);
        }
        (!text.is_empty()).then(|| Line::known(text, claims))
    }
}

struct Writer<'b, 'a> {
    brief: &'b BriefView<'a>,
    deadline: Deadline,
}

/// A claim and its place among the claims.
type Placed<'b, 'a> = (usize, &'b ClaimView<'a>);

impl<'b, 'a> Writer<'b, 'a> {
    fn claims(&self, section: Section) -> impl Iterator<Item = Placed<'b, 'a>> + use<'b, 'a> {
        let claims = self.brief.claims.iter().enumerate();
        claims.filter(move |(_, claim)| claim.section == section)
    }

    fn headline(&self) -> Vec<Line> {
        let mut lines = vec![self.who_asked()];
        lines.extend(self.claims(Section::WhyNow).filter_map(|(at, claim)| {
            let text = if let Sentence::OthersActive(people) = claim.sentence {
                others_active(people, claim.evidence.len())
            } else if let Sentence::Said { value, .. } = claim.sentence {
                said(value)
            } else {
                return None;
            };
            Some(Line::known(text, vec![at]))
        }));
        lines.extend(self.brief.remarks.iter().map(remark));
        lines.extend(self.do_first());
        lines.extend(self.unknown_of_all());
        lines
    }

    /// Who, and of which company.
    fn about(&self) -> String {
        let names = self.names(Section::Who, None).into_iter().map(|told| told.text);
        let mut about = names.collect::<Vec<_>>().join(" ");
        if about.is_empty() {
            about.push_str("Somebody");
        }
        let company = ["name", "domain"].iter().find_map(|name| self.field(Section::Account, name));
        if let Some(company) = company {
            about.push_str(", ");
            about.push_str(&company.text);
        }
        about
    }

    /// Who did what, and when.
    fn who_asked(&self) -> Line {
        let mut who = self.somebody(Section::Who, None);
        if who.is_empty() {
            who.say("Somebody");
        }
        let joins = if who.has_comma() { " at " } else { " of " };
        who.extend(joins, self.field(Section::Account, "name"));
        let has_comma = who.has_comma();
        let Line { mut text, mut claims, .. } = who.line().unwrap_or_default();
        let began = self.claims(Section::WhyNow).find_map(|(at, claim)| {
            let Sentence::Began(touch) = claim.sentence else { return None };
            Some((at, touch))
        });
        if let Some((at, touch)) = began {
            let mut did = String::new();
            let goes_on = if has_comma { ", " } else { " " };
            text.push_str(if deed::tell(&mut did, touch) { goes_on } else { ": " });
            text.push_str(&did);
            let _ = write!(text, " on {} UTC", words::stamp(touch.moment));
            claims.push(at);
        }
        text.push('.');
        Line::known(text, claims)
    }

    fn do_first(&self) -> Option<Line> {
        if !self.brief.sections.contains(&Section::NextSteps) {
            return None;
        }
        let step = self.brief.steps.first()?;
        let mut text = format!("First: {}", step.text.trim_end_matches('.'));
        let mut claims = Vec::new();
        let told = self.deadline == Deadline::Told;
        let mut due = self.claims(Section::Sla).filter(|_| told);
        let accept = due.find_map(|(at, claim)| {
            let Sentence::Due { target: Target::Accept, due } = claim.sentence else { return None };
            Some((at, due))
        });
        if let Some((at, due)) = accept {
            let _ = write!(text, ". Accept by {} UTC", words::stamp(due));
            claims.push(at);
        }
        text.push('.');
        Some(Line::known(text, claims))
    }

    /// What nobody knows and somebody should ask, in one sentence.
    fn unknown_of_all(&self) -> Option<Line> {
        let gaps: Vec<&str> = self.brief.unknown.iter().filter_map(|unknown| unknown.gap).collect();
        let (last, before) = gaps.split_last()?;
        let text = match before {
            [] => format!("Not known: {last}."),
            _ => format!("Not known: {} and {last}.", before.join(", ")),
        };
        Some(Line { text, tone: Tone::Unknown, ..Line::default() })
    }

    fn lines(&self, section: Section) -> Vec<Line> {
        let mut lines = match section {
            // The headline says it.
            Section::WhyNow => Vec::new(),
            Section::Who => self.who(),
            Section::Account => self.account(),
            Section::Committee => self.others(),
            Section::Timeline => self.timeline(),
            Section::Score => self.score(),
            Section::Owner | Section::Sla => self.joined(section).into_iter().collect(),
            Section::NextSteps => self.steps(),
            Section::Assets => self.assets(),
            Section::Pain | Section::Outcome | Section::Criteria | Section::Timing => {
                self.as_claimed(section)
            }
        };
        let own = self.brief.unknown.iter().filter(|known| known.section == section);
        lines.extend(own.filter(|unknown| unknown.gap.is_none()).map(|unknown| Line {
            text: unknown.text.to_owned(),
            tone: Tone::Unknown,
            ..Line::default()
        }));
        lines
    }

    // ---- people -------------------------------------------------------------------------------

    fn who(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        lines.extend(self.somebody(Section::Who, None).line());
        let reach = ["email", "phone"].iter().filter_map(|name| self.field(Section::Who, name));
        lines.extend(list(reach, ", "));
        let consents = self.claims(Section::Who).filter_map(|(at, claim)| {
            let Sentence::Consent { .. } = claim.sentence else { return None };
            Some(Told::known(at, claim.text.to_owned()))
        });
        lines.extend(list(consents, ", "));
        lines.extend(self.rest(Section::Who, &[NAMES, &["title", "email", "phone"]].concat()));
        lines
    }

    fn account(&self) -> Vec<Line> {
        let field = |name| self.field(Section::Account, name);
        let mut line = Phrase::default();
        line.extend(" ", field("name"));
        line.extend(" ", field("domain").map(|domain| domain.within("(", ")")));
        line.extend(", ", field("industry"));
        line.extend(", ", field("employees").map(|count| count.within("", " employees")));
        line.extend(", ", field("country"));
        let mut lines: Vec<Line> = line.line().into_iter().collect();
        let told = ["name", "domain", "industry", "employees", "country"];
        lines.extend(self.rest(Section::Account, &told));
        lines
    }

    fn others(&self) -> Vec<Line> {
        let mut people: Vec<PersonId> = Vec::new();
        for (_, claim) in self.claims(Section::Committee) {
            if let Sentence::Field { other: Some(other), .. } = claim.sentence
                && !people.contains(&other)
            {
                people.push(other);
            }
        }
        let line = |person: PersonId| {
            let mut who = self.somebody(Section::Committee, Some(person));
            if who.is_empty() {
                who.say("Somebody");
            }
            let Line { mut text, claims, .. } = who.line().unwrap_or_default();
            if let Some(seen) = self.brief.sightings.of(person) {
                let more = if seen.more { "more than " } else { "" };
                let last = words::stamp(seen.last);
                let _ = match seen.times {
                    1 if !seen.more => write!(text, "; seen once, on {}", day(&last)),
                    times => write!(text, "; seen {more}{times} times, last on {}", day(&last)),
                };
            }
            Line::known(text, claims)
        };
        people.into_iter().map(line).collect()
    }

    /// Whole name and what they do there, in one phrase.
    fn somebody(&self, section: Section, person: Option<PersonId>) -> Phrase {
        let mut phrase = Phrase::default();
        phrase.extend(" ", self.names(section, person));
        let works = ["title", "role", "department"];
        let work = works.iter().find_map(|name| self.field_of(section, person, name));
        if work.is_some() && phrase.is_empty() {
            phrase.say("Somebody");
        }
        phrase.extend(", ", work);
        phrase
    }

    /// The whole name of somebody, in its parts.
    fn names(&self, section: Section, person: Option<PersonId>) -> Vec<Told> {
        let of = |name: &str| self.field_of(section, person, name);
        let whole = of("name").map(|known| vec![known]);
        whole.unwrap_or_else(|| {
            ["first_name", "last_name"].iter().filter_map(|name| of(name)).collect()
        })
    }

    // ---- fields -------------------------------------------------------------------------------

    fn field(&self, section: Section, name: &str) -> Option<Told> {
        self.field_of(section, None, name)
    }

    /// What a field says.
    fn field_of(&self, section: Section, person: Option<PersonId>, wanted: &str) -> Option<Told> {
        self.claims(section).find_map(|(at, claim)| {
            let Sentence::Field { name, value, other, .. } = claim.sentence else { return None };
            let claimed = claim.claimed;
            (name == wanted && other == person).then(|| Told {
                at: Some(at),
                text: unquoted(value),
                claimed,
            })
        })
    }

    /// The fields that no line of their own tells, in one line.
    fn rest(&self, section: Section, told: &[&str]) -> Option<Line> {
        let fields = self.claims(section).filter_map(|(at, claim)| {
            let Sentence::Field { name, value, .. } = claim.sentence else { return None };
            let says = || format!("{}: {}", words::label(name), unquoted(value));
            let claimed = claim.claimed;
            (!told.contains(&name)).then(|| Told { at: Some(at), text: says(), claimed })
        });
        list(fields, " · ")
    }

    fn as_claimed(&self, section: Section) -> Vec<Line> {
        let told = self.claims(section).map(|(at, claim)| Told {
            at: Some(at),
            text: claim.text.to_owned(),
            claimed: claim.claimed,
        });
        told.filter_map(|told| list([told].into_iter(), "")).collect()
    }

    /// What a section says, in one sentence.
    fn joined(&self, section: Section) -> Option<Line> {
        let mut line =
            list(self.claims(section).map(|(at, claim)| Told::known(at, claim.text.into())), "; ")?;
        // What a claim begins with a capital goes on in the middle of the sentence.
        for word in ["First touch by", "Qualify by", "Route ", "Chosen in", "The pool "] {
            let lower = word.to_ascii_lowercase();
            line.text = line.text.replace(&format!("; {word}"), &format!("; {lower}"));
        }
        Some(line)
    }

    // ---- what happened ------------------------------------------------------------------------

    fn timeline(&self) -> Vec<Line> {
        let mut told: Vec<(Sentence<'a>, Vec<usize>)> = Vec::new();
        for (at, claim) in self.claims(Section::Timeline) {
            let same = told.iter_mut().find(|(known, _)| is_same(known, &claim.sentence));
            match same {
                Some((_, claims)) => claims.push(at),
                None => told.push((claim.sentence, vec![at])),
            }
        }
        let line = |(sentence, claims): (Sentence<'a>, Vec<usize>)| {
            let Sentence::Row { touch, theirs } = sentence else { return None };
            let mut did = String::new();
            deed::tell(&mut did, touch);
            let did = if theirs { capitalized(&did) } else { format!("Somebody else: {did}") };
            let times = self.brief.sightings.times(touch.signal);
            let mut text = format!("{} {did}", words::stamp(touch.moment));
            match times {
                0 | 1 => {}
                2 => text.push_str(", twice in all"),
                several => {
                    let _ = write!(text, ", {several} times in all");
                }
            }
            Some(Line::known(text, claims))
        };
        told.into_iter().filter_map(line).collect()
    }

    // ---- what was decided ---------------------------------------------------------------------

    fn score(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut parts: Vec<(i32, Placed<'b, 'a>)> = Vec::new();
        for placed in self.claims(Section::Score) {
            if let Sentence::Score { fit, engagement } = placed.1.sentence {
                let text = format!(
                    "{}: {} for who they are, {} for what they did",
                    points(fit + engagement),
                    points(fit),
                    points(engagement)
                );
                lines.push(Line::known(text, vec![placed.0]));
            } else if let Sentence::ScorePart { points, .. } = placed.1.sentence {
                parts.push((points, placed));
            }
        }
        parts.sort_by_key(|(points, _)| std::cmp::Reverse(points.abs()));
        let parts = parts.into_iter().map(|(given, (at, claim))| {
            let sign = if given >= 0 { "+" } else { "" };
            Told::known(at, format!("{} {sign}{}", claim.text, points(given)))
        });
        lines.extend(list(parts, ", "));
        lines
    }

    fn steps(&self) -> Vec<Line> {
        let steps = self.brief.steps.iter().map(|step| Line {
            text: match step.when {
                Some(when) => format!("{} ({when})", step.text),
                None => step.text.to_owned(),
            },
            tone: Tone::Step,
            ..Line::default()
        });
        steps.collect()
    }

    fn assets(&self) -> Vec<Line> {
        let assets = self.brief.assets.iter();
        assets.map(|asset| Line::known(asset.name.to_owned(), Vec::new())).collect()
    }
}

/// The fields that a whole name is made of.
const NAMES: &[&str] = &["name", "first_name", "last_name"];

/// Parts of a line with what stands between them; none where there is none.
fn list(parts: impl Iterator<Item = Told>, between: &'static str) -> Option<Line> {
    let mut phrase = Phrase::default();
    phrase.extend(between, parts);
    phrase.line()
}

fn others_active(people: usize, touches: usize) -> String {
    let people = match people {
        1 => "One other person there was".to_owned(),
        several => format!("{several} others there were"),
    };
    let touches = if touches == 1 { "once" } else { &format!("{touches} times") };
    format!("{people} active in the seven days before, {touches} in all.")
}

fn said(value: &Value) -> String {
    let mut text = "They wrote: ".to_owned();
    words::quote(&mut text, value);
    text
}

fn is_same(one: &Sentence<'_>, other: &Sentence<'_>) -> bool {
    match (one, other) {
        (Sentence::Row { touch: one, theirs: a }, Sentence::Row { touch: other, theirs: b }) => {
            a == b && deed::is_same(one, other)
        }
        _ => false,
    }
}

/// A value within a sentence: in one line, without what cannot be seen, and not too long.
fn unquoted(value: &Value) -> String {
    if let Value::Text(text) = value {
        return words::plain(text, NAME_CHARS_MAX).into_owned();
    }
    let mut text = String::new();
    words::quote(&mut text, value);
    text
}

/// Hundredths as people write them: `8`, `3.8`, `42.62`.
fn points(hundredths: i32) -> String {
    let text = words::hundredths(hundredths.into());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn day(stamp: &str) -> &str {
    stamp.split(' ').next().unwrap_or(stamp)
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
