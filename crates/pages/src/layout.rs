//! What every page has around it: the rail, the search, how fresh it is, what just happened.

use maud::{DOCTYPE, Markup, html};

use crate::assets::ASSETS;
use crate::parts::csrf;
use crate::text::Href;

/// What a page has around its content.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// What the tab of the browser says.
    pub title: String,
    /// The places that can be gone to, in groups.
    pub rail: Vec<RailGroup>,
    /// Who reads; none while nobody is signed in.
    pub reader: Option<ReaderView>,
    /// The version of the strategy in force, short.
    pub strategy: Option<String>,
    /// Whether all of it is made up.
    pub demo: bool,
    /// What was looked for; none where the reader may not search.
    pub search: Option<String>,
    /// When the page was made, as RFC 3339.
    pub made: String,
    /// Whether the page asks for live counts.
    pub live: bool,
    /// What came of what was just done.
    pub flash: Option<Flash>,
    /// Whether the content has columns of its own that reach from edge to edge.
    pub columns: bool,
}

/// Places of one kind.
#[derive(Clone, Debug)]
pub struct RailGroup {
    /// What they have in common.
    pub title: &'static str,
    /// The places.
    pub places: Vec<Place>,
}

/// A place in the rail.
#[derive(Clone, Debug)]
pub struct Place {
    /// What it is called.
    pub name: &'static str,
    /// Its address.
    pub href: Href,
    /// How many wait there.
    pub count: Option<u64>,
    /// Whether some of them are late.
    pub late: bool,
    /// Whether this is where the reader is.
    pub here: bool,
    /// The key after `g` that goes there.
    pub key: Option<char>,
}

/// Who reads.
#[derive(Clone, Debug)]
pub struct ReaderView {
    /// Their id: what the browser keeps for them is theirs alone.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// What they are here for.
    pub role: String,
    /// What belongs to each form of theirs.
    pub csrf: String,
    /// Where they sign out.
    pub sign_out: Href,
}

/// What came of what was just done.
#[derive(Clone, Debug)]
pub struct Flash {
    /// In one sentence.
    pub says: String,
    /// More of it.
    pub more: Vec<String>,
    /// Whether it was done.
    pub done: bool,
}

impl Shell {
    /// The whole page around its content.
    pub fn page(&self, content: &Markup) -> String {
        let assets = &*ASSETS;
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) " · Baton" }
                    link rel="stylesheet" href=(assets.style.path);
                    link rel="icon" type="image/svg+xml" href=(assets.mark.path);
                    script src=(assets.script.path) defer {}
                }
                body.columns[self.columns] data-live[self.live] data-made=(self.made)
                    data-reader=[self.reader.as_ref().map(|reader| &reader.id)] {
                    a.skip href="#main" { "Skip to the content" }
                    (self.rail())
                    (self.top())
                    main #main tabindex="-1" {
                        @if let Some(flash) = &self.flash { (flash_line(flash)) }
                        (content)
                    }
                }
            }
        };
        page.into_string()
    }

    fn rail(&self) -> Markup {
        html! {
            nav.rail #menu aria-label="Places" {
                div.rail-head {
                    a.brand href="/" { (mark()) span { "Baton" } }
                    a.close href="#main" { "Close" }
                }
                div.places {
                    @for group in &self.rail {
                        h2 { (group.title) }
                        ul {
                            @for place in &group.places { li { (link(place)) } }
                        }
                    }
                }
                div.reader {
                    @match &self.reader {
                        Some(reader) => {
                            strong { (reader.name) }
                            span { (reader.role) }
                            form method="post" action=(reader.sign_out) {
                                (csrf(&reader.csrf))
                                button.linklike type="submit" { "Sign out" }
                            }
                        }
                        None => {
                            strong { "Nobody yet" }
                            span { "you are looking around" }
                        }
                    }
                }
            }
        }
    }

    fn top(&self) -> Markup {
        html! {
            header.top {
                a.menu href="#menu" { (mark()) span { "Menu" } span.unseen { ": all places" } }
                @if let Some((reader, search)) = self.reader.as_ref().zip(self.search.as_ref()) {
                    form.search action="/search" method="post" role="search" {
                        (csrf(&reader.csrf))
                        label.unseen for="search" { "Search people, accounts and handoffs" }
                        input #search type="search" name="q" value=(search) autocomplete="off"
                            placeholder="E-mail, phone, company or id" maxlength="200";
                        kbd title="/ searches, Ctrl K does everything" { "/" }
                    }
                }
                div.state {
                    span.live role="status" hidden[!self.live] {
                        i.dot aria-hidden="true" {}
                        span.says { "as of " (self.made.get(11..16).unwrap_or_default()) " UTC" }
                    }
                    @if self.demo { span.chip { "demo, all made up" } }
                    @if let Some(version) = &self.strategy {
                        span.chip { "strategy " b { (version) } " live" }
                    }
                }
            }
        }
    }
}

fn link(place: &Place) -> Markup {
    html! {
        a href=(place.href) aria-current=[place.here.then_some("page")]
            data-go=[place.key.map(String::from)] {
            span { (place.name) }
            @if let Some(count) = place.count {
                b.count.late[place.late] { (crate::text::thousands(count)) }
            }
        }
    }
}

fn flash_line(flash: &Flash) -> Markup {
    html! {
        div.flash.refused[!flash.done] role=(if flash.done { "status" } else { "alert" }) {
            strong { (flash.says) }
            @if !flash.more.is_empty() {
                ul { @for line in &flash.more { li { (line) } } }
            }
        }
    }
}

/// The mark.
pub fn mark() -> Markup {
    html! { img.mark src=(ASSETS.mark.path) width="18" height="18" alt=""; }
}
