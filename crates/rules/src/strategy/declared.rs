//! What contracts and import maps declare of fields. The maps of a folder are read in full where rows
//! are imported; here only the types of their fields count.

use domain::Value;
use domain::usual_fields::shadowed;
use notation::{Data, Diagnostic, Diagnostics, Node, Sources, Span};

use super::folder::StrategyFile;
use crate::contract::{Contract, Kind};
use crate::countries::code_of;
use crate::expression::{Declared, Type, TypeSet, Types};
use crate::name::{Field, Name, Root};

/// Takes down the types of all fields that contracts and maps declare. Two that differ are told.
pub(super) fn declare(
    sources: &Sources,
    taken: &[StrategyFile],
    contracts: Option<&[Contract]>,
    types: &mut Types,
    out: &mut Diagnostics,
) {
    let mut declares = Declares { types, out };
    let mut quiet = Diagnostics::new();
    for StrategyFile { path, file, .. } in taken {
        let (is_contract, is_map) = (path.starts_with("contracts/"), path.starts_with("maps/"));
        if !is_contract && !is_map {
            continue;
        }
        let out = if is_map { &mut *declares.out } else { &mut quiet };
        let Some(document) = notation::parse(sources, *file, out) else { continue };
        if is_contract {
            declares.contract(&document, contracts.unwrap_or_default());
        } else {
            declares.map(&document);
        }
    }
}

/// Whether a field is somebody's country.
fn is_country(name: &str) -> bool {
    name.rsplit('.').next() == Some("country")
}

struct Declares<'a> {
    types: &'a mut Types,
    out: &'a mut Diagnostics,
}

impl Declares<'_> {
    /// `schema: [{ properties: [{ name: person.title, … }] }]`; the contract as it was read says
    /// what each is.
    fn contract(&mut self, document: &Node, contracts: &[Contract]) {
        let objects = || contracts.iter().flat_map(|contract| &contract.objects);
        let countries = objects().flat_map(|object| &object.fields);
        let countries = countries.filter(|field| is_country(&field.name));
        let held = countries.flat_map(|field| &field.values).filter_map(Value::text);
        self.types.held_countries.extend(held.map(str::to_owned));
        for object in at(document, "schema").map_or(&[][..], items) {
            for property in at(object, "properties").map_or(&[][..], items) {
                let Some((name, span)) = at(property, "name").and_then(text) else { continue };
                self.out.give("contract field", name, span);
                let fields = objects().flat_map(|object| &object.fields);
                let kind = fields.filter(|field| field.name == name).map(|field| &field.kind);
                if let Some(of) = kind.map(of_kind).find(|of| *of != Type::Any) {
                    self.field(name, of, span);
                }
            }
        }
    }

    /// `files: { GLOB: { fields: { person.title: text, amount: { type: money } } } }`.
    fn map(&mut self, document: &Node) {
        let Some(Node { data: Data::Map(files), .. }) = at(document, "files") else { return };
        for (_, file) in files {
            if let Some((kind, _)) = at(file, "kind").and_then(text) {
                self.types.mapped_kinds.insert(kind.to_owned());
            }
            let Some(Node { data: Data::Map(fields), .. }) = at(file, "fields") else { continue };
            for (key, field) in fields {
                self.types.mapped_fields.insert(key.text.clone());
                if let Some(help) = shadowed(&key.text) {
                    let says =
                        format!("`{}` is the name of something that Baton knows itself", key.text);
                    self.out.push(Diagnostic::warning("field-shadowed", key.span, says).help(help));
                }
                if is_country(&key.text) {
                    self.held_countries(field);
                }
                let said = match &field.data {
                    Data::Map(_) => at(field, "type").map_or(Some(("text", key.span)), text),
                    Data::Null | Data::Scalar(_) | Data::List(_) => text(field),
                };
                if let Some((word, _)) = said
                    && let Some(of) = Type::named(word)
                {
                    self.field(&key.text, of, key.span);
                }
            }
        }
    }

    /// What a map makes of countries: `values: { Germany: DE }`, `default: DE`.
    fn held_countries(&mut self, field: &Node) {
        let made = at(field, "values").and_then(|values| match &values.data {
            Data::Map(values) => Some(values.iter().map(|(_, made)| made)),
            Data::Null | Data::Scalar(_) | Data::List(_) => None,
        });
        let made = made.into_iter().flatten().chain(at(field, "default"));
        let countries = made.filter_map(text).map(|(country, _)| country.to_owned());
        // A `default: unknown` is no country.
        self.types.held_countries.extend(countries.filter(|text| code_of(text).is_some()));
    }

    fn field(&mut self, name: &str, of: Type, span: Span) {
        let (root, path) = name.split_once('.').unwrap_or(("lead", name));
        let known = Root::named(root)
            .filter(|root| matches!(root, Root::Person | Root::Account | Root::Lead));
        let (root, path) = known.map_or((Root::Lead, name), |root| (root, path));
        let Ok(Field::Of(name)) = Field::named(root, path) else { return };
        let said = Declared { of: TypeSet::of(of), span };
        let Some(before) = self.types.declare(name.clone(), said) else { return };
        if before.of == said.of {
            return;
        }
        self.types.disagree(name.clone(), span);
        // Signals of two kinds may have fields of one name that are nothing alike.
        if !matches!(name, Name::Lead(_)) && !before.of.is_empty() {
            let says = format!("`{name}` is declared as {} here", of.says());
            let told = Diagnostic::error("expression-type", span, says)
                .help("let contracts and maps declare one type for each field");
            self.out.push(told.elsewhere(before.span, format!("as {} here", before.of.says())));
        }
    }
}

/// What conditions take a field of a contract for.
const fn of_kind(kind: &Kind) -> Type {
    match kind {
        Kind::Any | Kind::Record { .. } => Type::Any,
        Kind::Text { .. } | Kind::Time(_) => Type::Text,
        Kind::Number { .. } => Type::Number,
        Kind::Money { .. } => Type::Money,
        Kind::Boolean => Type::Boolean,
        Kind::Date(_) | Kind::Moment { .. } => Type::Moment,
        Kind::List { .. } => Type::List,
    }
}

pub(super) fn at<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Data::Map(pairs) = &node.data else { return None };
    pairs.iter().find(|(known, _)| known.text == key).map(|(_, node)| node)
}

fn items(node: &Node) -> &[Node] {
    if let Data::List(nodes) = &node.data { nodes } else { &[] }
}

fn text(node: &Node) -> Option<(&str, Span)> {
    if let Data::Scalar(scalar) = &node.data { Some((&scalar.text, node.span)) } else { None }
}
