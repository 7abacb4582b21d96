//! The brief: its sections in order, who sees which, and who may read personal data what for.

use notation::{Diagnostic, Diagnostics, FileId, Key, Node, Sources, Spanned, nearest};

use crate::begins::is_meant;
use crate::canonical::canonical;
use crate::reading;

/// The sections that a brief can have, as JSON names them; people write spaces for hyphens.
pub const SECTIONS: [&str; 14] = [
    "why-now",
    "who",
    "account",
    "committee",
    "pain",
    "outcome",
    "criteria",
    "timing",
    "timeline",
    "score",
    "next-steps",
    "assets",
    "owner",
    "sla",
];

/// The roles that read briefs.
pub const ROLES: [&str; 6] = ["rep", "manager", "marketer", "revops", "auditor", "admin"];

/// What `brief.yaml` says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Briefing {
    /// The sections, in the order that they are read.
    pub sections: Vec<Spanned<String>>,
    /// Who reads what. A role that is not named reads every section and no personal data.
    pub readers: Vec<Reader>,
    /// Fields that are personal data, with the purposes that they may be read for.
    pub personal: Vec<PersonalField>,
}

/// What a role reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reader {
    /// The role.
    pub role: Spanned<String>,
    /// The sections that it sees; every one without.
    pub sees: Option<Vec<Spanned<String>>>,
    /// What it reads for.
    pub purposes: Vec<Spanned<String>>,
}

/// A field that is personal data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonalField {
    /// Its name, as `person.phone`; `person.*` for every field of the person.
    pub field: Spanned<String>,
    /// What it may be read for.
    pub purposes: Vec<Spanned<String>>,
}

impl Default for Briefing {
    /// Every section, in the usual order. The owner and their manager read personal data to do
    /// sales work; nobody else does.
    fn default() -> Self {
        let plain = |text: &str| Spanned::new(text.to_owned(), notation::Span::default());
        let reader =
            |role: &str| Reader { role: plain(role), sees: None, purposes: vec![plain("sales")] };
        Self {
            sections: SECTIONS.iter().map(|section| plain(section)).collect(),
            readers: vec![reader("rep"), reader("manager")],
            personal: vec![PersonalField {
                field: plain("person.*"),
                purposes: vec![plain("sales")],
            }],
        }
    }
}

impl Briefing {
    /// Whether anything is said of a role.
    pub fn names(&self, role: &str) -> bool {
        self.reader(role).is_some()
    }

    /// The sections that a role sees, in the order that they are read.
    pub fn seen_by<'b>(&'b self, role: &str) -> impl Iterator<Item = &'b str> + use<'b> {
        let sees = self.reader(role).and_then(|reader| reader.sees.as_ref());
        let among = move |section: &&str| {
            sees.is_none_or(|sees| sees.iter().any(|known| known.value == *section))
        };
        self.sections.iter().map(|section| section.value.as_str()).filter(among)
    }

    /// Whether a role sees a section.
    pub fn sees(&self, role: &str, section: &str) -> bool {
        self.seen_by(role).any(|seen| seen == section)
    }

    /// Whether a role may read the value of a field: it is no personal data, or the role reads for
    /// one of its purposes.
    pub fn may_read(&self, role: &str, field: &str) -> bool {
        let purposes = self.reader(role).map_or(&[][..], |reader| &reader.purposes);
        let allowed = |personal: &PersonalField| {
            let known = |purpose: &Spanned<String>| {
                purposes.iter().any(|theirs| theirs.value == purpose.value)
            };
            personal.purposes.iter().any(known)
        };
        self.personal.iter().filter(|personal| personal.covers(field)).all(allowed)
    }

    /// Whether the value of a field may be read for a purpose: it is no personal data, or that is one of its
    /// purposes.
    pub fn may_be_read_for(&self, purpose: &str, field: &str) -> bool {
        let allowed =
            |personal: &PersonalField| personal.purposes.iter().any(|known| known.value == purpose);
        self.personal.iter().filter(|personal| personal.covers(field)).all(allowed)
    }

    /// Every purpose that it names.
    pub fn purposes(&self) -> impl Iterator<Item = &str> {
        let readers = self.readers.iter().flat_map(|reader| &reader.purposes);
        let fields = self.personal.iter().flat_map(|personal| &personal.purposes);
        readers.chain(fields).map(|purpose| purpose.value.as_str())
    }

    /// Whether a role reads for a purpose.
    pub fn reads_for(&self, role: &str, purpose: &str) -> bool {
        let reader = self.reader(role);
        reader.is_some_and(|reader| reader.purposes.iter().any(|known| known.value == purpose))
    }

    fn reader(&self, role: &str) -> Option<&Reader> {
        self.readers.iter().find(|reader| reader.role.value == role)
    }
}

impl PersonalField {
    fn covers(&self, field: &str) -> bool {
        is_meant(&self.field.value, field)
    }
}

/// Reads what a brief says to whom. What the file leaves out is as in [`Briefing::default`].
pub fn parse(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Briefing> {
    let before = out.errors();
    let document = notation::parse(sources, file, out)?;
    let mut briefing = Briefing::default();
    if document.is_null() {
        return Some(briefing);
    }
    let mut fields = document.map(out)?;
    if let Some(node) = fields.optional("sections") {
        briefing.sections = sections(node, out);
    }
    if let Some(mut roles) = fields.optional("readers").and_then(|node| node.map(out)) {
        briefing.readers =
            roles.rest().into_iter().filter_map(|(key, node)| reader(key, node, out)).collect();
    }
    if let Some(mut personal) = fields.optional("personal").and_then(|node| node.map(out)) {
        briefing.personal = personal
            .rest()
            .into_iter()
            .filter_map(|(key, node)| personal_field(key, node, out))
            .collect();
    }
    fields.finish(out);
    (out.errors() == before).then_some(briefing)
}

fn sections(node: &Node, out: &mut Diagnostics) -> Vec<Spanned<String>> {
    let mut sections: Vec<Spanned<String>> = Vec::new();
    for word in reading::texts(node, out).unwrap_or_default() {
        let name = word.value.replace([' ', '_'], "-");
        if !known(&name, &word, &SECTIONS, "a brief has no such section", out) {
            continue;
        }
        if sections.iter().any(|section| section.value == name) {
            let says = "the section is there already";
            out.push(Diagnostic::error("section-twice", word.span, says));
            continue;
        }
        sections.push(Spanned::new(name, word.span));
    }
    if sections.is_empty() {
        let says = "no section is left";
        let help = "name at least one, or leave the key out for all of them";
        out.push(Diagnostic::error("list-empty", node.span, says).help(help));
    }
    sections
}

fn reader(key: &Key, node: &Node, out: &mut Diagnostics) -> Option<Reader> {
    let role = Spanned::new(key.text.clone(), key.span);
    known(&role.value, &role, &ROLES, "there is no such role", out);
    let mut fields = node.map(out)?;
    let sees = fields.optional("sees").and_then(|node| {
        let all = matches!(&node.data, notation::Data::Scalar(scalar) if scalar.text == "all");
        (!all).then(|| sections(node, out))
    });
    let purposes = fields.optional("purposes").and_then(|node| reading::texts(node, out));
    fields.finish(out);
    Some(Reader { role, sees, purposes: purposes.unwrap_or_default() })
}

fn personal_field(key: &Key, node: &Node, out: &mut Diagnostics) -> Option<PersonalField> {
    let purposes = reading::texts(node, out)?;
    if purposes.is_empty() {
        let says = "a field that is personal data needs a purpose";
        let help = "name what it may be read for, or take the field out of the brief";
        out.push(Diagnostic::error("purpose-missing", key.span, says).help(help));
    }
    Some(PersonalField { field: Spanned::new(key.text.clone(), key.span), purposes })
}

fn known(
    name: &str,
    word: &Spanned<String>,
    all: &[&'static str],
    says: &str,
    out: &mut Diagnostics,
) -> bool {
    let known = all.contains(&name);
    if !known {
        let help = match nearest(name, all.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", all.join(", ")),
        };
        out.push(Diagnostic::error("unknown-word", word.span, says).help(help));
    }
    known
}

canonical!(Briefing { sections, readers, personal });
canonical!(Reader { role, sees, purposes });
canonical!(PersonalField { field, purposes });
