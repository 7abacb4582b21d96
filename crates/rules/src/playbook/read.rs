//! Reading `playbooks/NAME.md`.

use notation::{Data, Diagnostic, Diagnostics, FileId, Node, Sources, Span, Spanned};

use super::{Playbook, Segment, Step, Template, Touch};
use crate::reading;

/// Entries of a list.
const ENTRIES_MAX: usize = 100;

/// Reads a playbook.
pub fn parse(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Playbook> {
    let before = out.errors();
    if !sources.is_text(file) {
        return None;
    }
    let text = sources.text(file);
    let Some((head, body)) = split(text) else {
        let says = "a playbook begins with its head";
        let help = "write the head between two lines of `---`, and the text behind it";
        out.push(Diagnostic::error("playbook-head", Span::top(file), says).help(help));
        return None;
    };
    let document = notation::parse(&masked(sources, file, head), file, out)?;
    let mut fields = document.map(out)?;
    let read = &mut Read { sources, out };
    let persona = fields.optional("persona").and_then(|node| reading::text(node, read.out));
    let segment = fields.optional("segment").and_then(|node| read.segment(node));
    let touches = fields.optional("touches").map(|node| read.all(node, Read::touch));
    let collect = fields.optional("collect").and_then(|node| reading::texts(node, read.out));
    let outcome = fields.optional("outcome").and_then(|node| read.template(node));
    let assets = fields.optional("assets").and_then(|node| reading::texts(node, read.out));
    let steps = fields.optional("steps").map(|node| read.all(node, Read::step));
    fields.finish(out);
    let place = |start: usize, end: usize| Span::of(file, body + start..body + end);
    let body = Template::read(&text[body..], place, out);
    (out.errors() == before).then(|| Playbook {
        name: stem(sources.name(file)).to_owned(),
        persona,
        segment,
        touches: touches.unwrap_or_default(),
        collect: collect.unwrap_or_default(),
        outcome,
        assets: assets.unwrap_or_default(),
        steps: steps.unwrap_or_default(),
        body,
    })
}

/// `playbooks/energy.md` is `energy`.
fn stem(name: &str) -> &str {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.strip_suffix(".md").unwrap_or(base)
}

/// Where the head ends and where the text begins, in bytes.
fn split(text: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    let mut lines = text.split_inclusive('\n').map(|line| {
        let start = at;
        at += line.len();
        (start, at, line.trim_end())
    });
    let (_, _, first) = lines.next()?;
    if first.trim_start_matches('\u{feff}') != "---" {
        return None;
    }
    lines.find(|(.., line)| *line == "---").map(|(start, end, _)| (start, end))
}

/// The head alone, at its own place in a file of the same id, so that every span fits both.
fn masked(sources: &Sources, file: FileId, head: usize) -> Sources {
    let text = sources.text(file);
    let first = text.find("---").map_or(0, |at| at + 3);
    let mut alone = Sources::new();
    for _ in 0..file.0 {
        alone.add("", String::new());
    }
    let blank = " ".repeat(first);
    alone.add(sources.name(file), format!("{blank}{}", &text[first..head.max(first)]));
    alone
}

struct Read<'s, 'o> {
    sources: &'s Sources,
    out: &'o mut Diagnostics,
}

impl Read<'_, '_> {
    fn all<T>(&mut self, node: &Node, one: fn(&mut Self, &Node) -> Option<T>) -> Vec<T> {
        let nodes = node.list(self.out).unwrap_or_default();
        if let Some(surplus) = nodes.get(ENTRIES_MAX) {
            let says = format!("a playbook has at most {ENTRIES_MAX} of these");
            self.out.push(Diagnostic::error("list-too-long", surplus.span, says));
        }
        nodes.iter().take(ENTRIES_MAX).filter_map(|node| one(self, node)).collect()
    }

    fn segment(&mut self, node: &Node) -> Option<Segment> {
        let when = reading::text(node, self.out)?;
        Some(Segment { when, node: node.clone() })
    }

    fn template(&mut self, node: &Node) -> Option<Template> {
        let text = node.text(self.out)?;
        let place = |start, end| node.place_of(self.sources, start, end);
        Some(Template::read(text, place, self.out))
    }

    fn touch(&mut self, node: &Node) -> Option<Touch> {
        let mut fields = node.map(self.out)?;
        let touch =
            fields.required("touch", self.out).and_then(|node| reading::text(node, self.out));
        let by = fields.optional("by").and_then(|node| reading::text(node, self.out));
        let after = fields.optional("after").and_then(|node| reading::duration(node, self.out));
        let say = fields.optional("say").and_then(|node| self.template(node));
        fields.finish(self.out);
        Some(Touch { touch: touch?, by, after, say })
    }

    /// A text alone, or `{ do, when }`.
    fn step(&mut self, node: &Node) -> Option<Step> {
        if let Data::Scalar(_) = node.data {
            return self.template(node).map(|text| Step { text, when: None });
        }
        let mut fields = node.map(self.out)?;
        let text = fields.required("do", self.out).and_then(|node| self.template(node));
        let when: Option<Spanned<String>> =
            fields.optional("when").and_then(|node| reading::text(node, self.out));
        fields.finish(self.out);
        Some(Step { text: text?, when })
    }
}
