//! Playbooks: what a persona or a segment is met with.
//!
//! A playbook is a Markdown file with a head between two lines of `---`. Its texts may have
//! placeholders, `{{ person.first_name | or: "there" }}`, which name a field and what stands in for
//! it where it is not known.

mod read;
mod template;

use domain::usual_fields::USUAL_FIELDS;
use notation::{Diagnostic, Diagnostics, Duration, Node, Spanned, nearest};

use crate::canonical::{Canonical, canonical};
use crate::contract::Contract;

pub use read::parse;
pub use template::{Fixed, Piece, Placeholder, Template};

/// A playbook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Playbook {
    /// The name of its file.
    pub name: String,
    /// For whom, in a word.
    pub persona: Option<Spanned<String>>,
    /// For whom, as a condition; for everybody without.
    pub segment: Option<Segment>,
    /// What is done, in order, each some time after the one before.
    pub touches: Vec<Touch>,
    /// What is to be found out: names of fields.
    pub collect: Vec<Spanned<String>>,
    /// What it is to come to.
    pub outcome: Option<Template>,
    /// What is sent or shown.
    pub assets: Vec<Spanned<String>>,
    /// What the owner does next.
    pub steps: Vec<Step>,
    /// The text after the head.
    pub body: Template,
}

/// A condition, as it stands; it is compiled with the others of the folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    /// As written.
    pub when: Spanned<String>,
    /// Where it was read from.
    pub node: Node,
}

/// One contact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Touch {
    /// What it is.
    pub touch: Spanned<String>,
    /// By which channel: `email`, `phone`, `meeting`, …
    pub by: Option<Spanned<String>>,
    /// How long after the one before.
    pub after: Option<Spanned<Duration>>,
    /// What is said.
    pub say: Option<Template>,
}

/// Something that the owner does next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The step in words, with its places to fill in.
    pub text: Template,
    /// When, in words: `within 1 working day`.
    pub when: Option<Spanned<String>>,
}

/// Names that a template may use whatever the contracts say.
const ALWAYS: [&str; 3] = ["account.domain", "account.name", "person.email"];

impl Playbook {
    /// Every text of it.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let says = self.touches.iter().filter_map(|touch| touch.say.as_ref());
        let steps = self.steps.iter().map(|step| &step.text);
        says.chain(steps).chain(&self.outcome).chain(std::iter::once(&self.body))
    }

    /// Every placeholder of it.
    pub fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.templates().flat_map(Template::placeholders)
    }
}

/// Tells of placeholders that no contract provides, and of those that may be unknown and have
/// nothing that stands in for them. Without a contract every name is taken as it is.
pub fn check_placeholders<'a>(
    playbooks: impl IntoIterator<Item = &'a Playbook>,
    contracts: &[Contract],
    out: &mut Diagnostics,
) {
    let fields = || {
        let objects = contracts.iter().flat_map(|contract| &contract.objects);
        objects.flat_map(|object| &object.fields).filter(|field| !field.prohibited)
    };
    let any = fields().next().is_some();
    for placeholder in
        playbooks.into_iter().flat_map(|playbook| playbook.placeholders().collect::<Vec<_>>())
    {
        let name = placeholder.path.value.as_str();
        let field = fields().find(|field| field.name == name);
        if any && field.is_none() && !ALWAYS.contains(&name) && Fixed::named(name).is_none() {
            let says = format!("no contract provides `{name}`");
            let fixed = Fixed::ALL.map(Fixed::as_str);
            let known =
                ALWAYS.into_iter().chain(fixed).chain(fields().map(|field| field.name.as_str()));
            let add = "add it to the contract of the seam, or leave it out";
            let help = match (nearest(name, known), nearest(name, USUAL_FIELDS)) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, Some(near)) => {
                    format!("did you mean `{near}`? Then add that to the contract of the seam")
                }
                (None, None) => add.to_owned(),
            };
            let told = Diagnostic::error("placeholder-unknown", placeholder.path.span, says);
            out.push(told.help(help).missing("contract field", name));
            continue;
        }
        out.mark_used("contract field", name);
        if placeholder.or.is_none() && !field.is_some_and(|field| field.required) {
            let says = format!("`{name}` may be unknown, and nothing stands in for it");
            let help = format!("write `{{{{ {name} | or: \"…\" }}}}`");
            let told = Diagnostic::warning("placeholder-bare", placeholder.path.span, says);
            out.push(told.help(help));
        }
    }
}

canonical!(Playbook { name, persona, segment, touches, collect, outcome, assets, steps, body });
canonical!(Segment { when });
canonical!(Touch { touch, by, after, say });
canonical!(Step { text, when });

impl Canonical for Template {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.pieces.canonical(out);
    }
}

impl Canonical for Piece {
    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => (0_u8, text).canonical(out),
            Self::Placeholder(placeholder) => {
                1_u8.canonical(out);
                placeholder.path.canonical(out);
                placeholder.or.canonical(out);
            }
        }
    }
}
