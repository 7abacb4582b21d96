//! Which source may set which field: what a source says of people and companies meets rules where it may
//! set the field, and is a claim elsewhere.
//!
//! A source that is not listed counts by whether it vouches for what it says: then it may set every field,
//! but none that says who gets a lead where the file names a source for that. Whoever knows a public key can
//! say anything, so such a source may set what a form asks for, and nothing that says who gets a lead.

use std::collections::{BTreeMap, BTreeSet};

use notation::{Diagnostic, Diagnostics, FileId, Key, Node, Sources, Span};

use crate::expression::Expression;
use crate::name::{ClaimName, Field, Name, Root};
use crate::routing::{Routing, Target};

/// Sources that a strategy lists.
const SOURCES_MAX: usize = 1_000;
/// The fields of an account that a source which does not vouch may set; besides, every field of a person.
const OF_FORMS: [&str; 5] = ["name", "domain", "country", "employees", "industry"];

/// What sources may set.
#[derive(Clone, Debug, Default)]
pub struct FieldSources {
    listed: BTreeMap<String, Listed>,
    /// The fields that say who gets a lead, as routes name them.
    owning: BTreeSet<ClaimName>,
    /// Those of them for which a source is listed.
    reserved: BTreeSet<ClaimName>,
}

/// A source of the file.
#[derive(Clone, Debug)]
struct Listed {
    may_set: Vec<Pattern>,
}

/// A field, or all that begin alike.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Pattern {
    root: Root,
    path: String,
    /// Whether the path is how the fields begin.
    begins: bool,
}

impl Pattern {
    fn takes(&self, name: &ClaimName) -> bool {
        self.root == name.root()
            && if self.begins {
                name.path().starts_with(&self.path)
            } else {
                name.path() == self.path
            }
    }
}

impl FieldSources {
    /// Whether what a source says of a field meets rules. `vouched` is whether it vouches for what it says.
    pub fn may_set(&self, source: &str, vouched: bool, name: &ClaimName) -> bool {
        match self.listed.get(source) {
            Some(listed) => listed.may_set.iter().any(|pattern| pattern.takes(name)),
            None if vouched => !self.reserved.contains(name),
            None => is_of_forms(name) && !self.owning.contains(name),
        }
    }

    /// Lets a source set every field: that of stories, which say what is known.
    pub fn let_set_all(&mut self, source: &str) {
        let all = |root| Pattern { root, path: String::new(), begins: true };
        let may_set = vec![all(Root::Person), all(Root::Account)];
        self.listed.insert(source.to_owned(), Listed { may_set });
    }

    /// Takes down which fields say who gets a lead.
    pub(crate) fn heed(&mut self, routing: &Routing) {
        for field in owning(routing) {
            let mut listed = self.listed.values().flat_map(|listed| &listed.may_set);
            if listed.any(|pattern| pattern.takes(&field)) {
                self.reserved.insert(field.clone());
            }
            self.owning.insert(field);
        }
    }

    /// Tells of routes that go by a field which every source that vouches may set, though the file says
    /// of some sources what they may set.
    pub(crate) fn tell(&self, routing: &Routing, out: &mut Diagnostics) {
        if self.listed.is_empty() {
            return;
        }
        let mut told = BTreeSet::new();
        for route in &routing.routes {
            let Target::Person { id, .. } = &route.to else { continue };
            for field in named_in(id) {
                if self.reserved.contains(&field) || !told.insert(field.clone()) {
                    continue;
                }
                let says = format!("`{field}` says who gets a lead, and no source is named for it");
                let help = format!(
                    "every import and every source that verifies addresses may set it; name the \
                     one that should in sources.yaml, as in `crm: {{ may_set: [{field}] }}`"
                );
                out.push(Diagnostic::warning("owner-unsourced", id.span(), says).help(help));
            }
        }
    }
}

fn is_of_forms(name: &ClaimName) -> bool {
    match name {
        ClaimName::Person(_) => true,
        ClaimName::Account(path) => OF_FORMS.contains(&path.as_str()),
    }
}

/// The fields by which routes find a person.
fn owning(routing: &Routing) -> impl Iterator<Item = ClaimName> {
    routing.routes.iter().flat_map(|route| match &route.to {
        Target::Person { id, .. } => named_in(id),
        Target::Hold(_)
        | Target::List { .. }
        | Target::Pool(_)
        | Target::Territory { .. }
        | Target::Queue(_) => Vec::new(),
    })
}

fn named_in(expression: &Expression) -> Vec<ClaimName> {
    let names = expression.names();
    names.iter().filter_map(Name::as_claim).collect()
}

pub(crate) fn parse(
    sources: &Sources,
    file: FileId,
    out: &mut Diagnostics,
) -> Option<FieldSources> {
    let node = notation::parse(sources, file, out)?;
    let mut fields = node.map(out)?;
    let rest = fields.rest();
    if rest.len() > SOURCES_MAX {
        let says = format!("a strategy lists at most {SOURCES_MAX} sources");
        out.push(Diagnostic::error("strategy-too-large", node.span, says));
        return None;
    }
    let mut listed = BTreeMap::new();
    for (key, node) in rest {
        if let Some(source) = source(key, node, out) {
            listed.insert(key.text.clone(), source);
        }
    }
    Some(FieldSources { listed, ..FieldSources::default() })
}

fn source(key: &Key, node: &Node, out: &mut Diagnostics) -> Option<Listed> {
    if domain::signal::SourceName::new(&key.text).is_err() {
        let says = format!("`{}` is no name of a source", key.text);
        let help =
            "write the name of [sources.NAME] in baton.toml, or the `source` of an import map";
        out.push(Diagnostic::error("name-unusable", key.span, says).help(help));
        return None;
    }
    let mut fields = node.map(out)?;
    let may_set = fields.required("may_set", out);
    fields.finish(out);
    let items = may_set?.list(out)?;
    let patterns = items.iter().filter_map(|item| {
        let text = item.text(out)?.to_owned();
        pattern(&text, item.span, out)
    });
    Some(Listed { may_set: patterns.collect() })
}

fn pattern(text: &str, span: Span, out: &mut Diagnostics) -> Option<Pattern> {
    const HELP: &str = "write a field as in `account.stage`, or all of them as in `person.*`";
    let mut refuse = |says: String, help: &str| {
        out.push(Diagnostic::error("field-unsettable", span, says).help(help));
        None
    };
    let Some((root, path)) = text.split_once('.') else {
        return refuse(format!("`{text}` is no field"), HELP);
    };
    let root = match Root::named(root) {
        Some(root @ (Root::Person | Root::Account)) => root,
        Some(Root::Consent) => {
            let says = "a consent is the person's own word and counts from every source".to_owned();
            return refuse(says, "take it out");
        }
        Some(
            Root::Lead | Root::Score | Root::Handoff | Root::Owner | Root::Member | Root::Signal,
        )
        | None => {
            let says = format!("`{text}` is no field of a person or an account");
            return refuse(says, HELP);
        }
    };
    let (path, begins) = match path.strip_suffix('*') {
        Some(path) => (path, true),
        None => (path, false),
    };
    let whole = path.is_empty() || path.ends_with('.');
    if path.contains('*') || begins && !whole || !begins && whole {
        return refuse(format!("`{text}` is no field"), HELP);
    }
    if !begins
        && let Ok(Field::Of(name)) = Field::named(root, path)
        && name.as_claim().is_none()
    {
        let says = format!("`{text}` is what Baton knows itself: no source sets it");
        return refuse(says, "take it out");
    }
    Some(Pattern { root, path: path.to_owned(), begins })
}
