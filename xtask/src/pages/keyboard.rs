//! A rep's day by the keyboard alone, in real key events: signing in, the list, the handoff, the forms, search and
//! the palette. Nothing is clicked, and no script does what a key should do.

use super::browser::Browser;
use super::looks::Look;

/// Presses of Tab until something is reached, at most.
const TABS_MAX: usize = 300;
/// What has the focus, in words.
const FOCUSED: &str = "(() => { const one = document.activeElement; return one === null ? 'nothing' : \
    `${one.localName} \"${(one.getAttribute('aria-label') ?? one.textContent).replace(/\\s+/g, ' ').trim().slice(0, 40)}\"`; })()";
/// Whether one sees what has the focus: by an outline, and within the window.
const SEEN: &str = "(() => { const one = document.activeElement; const style = getComputedStyle(one); \
    const box = one.getBoundingClientRect(); \
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1; \
    return outlined && box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth; })()";
/// The row of the list that has the focus; -1 for none.
const ROW: &str = "[...document.querySelectorAll('.rows a')].indexOf(document.activeElement)";
/// What can be reached with Tab and is seen, in any order.
const REACHABLE: &str = "(() => { const one = [...document.querySelectorAll( \
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex=\"0\"]')] \
    .filter((one) => !one.disabled && one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0); \
    const radios = new Set(one.filter((one) => one.type === 'radio').map((one) => one.name)); \
    return one.filter((one) => one.type !== 'radio').length + radios.size; })()";
/// Puts the focus before everything on a page.
const AT_THE_BEGINNING: &str = "document.activeElement?.blur?.(); scrollTo(0, 0)";

/// The day, as it goes.
struct Day<'a> {
    tab: &'a mut Browser,
    checks: usize,
    faults: Vec<String>,
}

/// Goes through it; how many things were looked at, and what is wrong.
pub(super) fn day(tab: &mut Browser) -> anyhow::Result<(usize, Vec<String>)> {
    tab.look(Look::DESK)?;
    planted(tab)?;
    let mut day = Day { tab, checks: 0, faults: Vec::new() };
    day.sign_in()?;
    day.list()?;
    day.handoff()?;
    day.dialogs()?;
    day.accept()?;
    day.search()?;
    day.palette()?;
    for path in ["/inbox", "/desk", "/strategy"] {
        day.around(path)?;
    }
    Ok((day.checks, day.faults))
}

/// Without the script no key does anything: a day that goes well all the same would look at nothing.
fn planted(tab: &mut Browser) -> anyhow::Result<()> {
    tab.block(&["*/assets/*.js"])?;
    tab.open("/tour")?;
    tab.press("/")?;
    let searches = tab.run("document.activeElement?.id === 'search'")?;
    tab.block(&[])?;
    anyhow::ensure!(searches != true, "a page without its script still answers to keys");
    Ok(())
}

impl Day<'_> {
    /// Notes a fault where a script does not come to something true.
    fn expect(&mut self, what: &str, is: &str) -> anyhow::Result<bool> {
        self.checks += 1;
        if self.tab.until(is) {
            return Ok(true);
        }
        let at = self.tab.text("location.pathname + location.search + location.hash")?;
        let focused = self.tab.text(FOCUSED)?;
        self.faults.push(format!("keyboard: {what}: not so on {at}; the focus is on {focused}"));
        Ok(false)
    }

    /// Notes a fault where one cannot see what has the focus.
    fn expect_seen(&mut self) -> anyhow::Result<()> {
        let focused = self.tab.text(FOCUSED)?;
        self.expect(&format!("the focus is seen on {focused}"), SEEN)?;
        Ok(())
    }

    /// Presses Tab until an element is reached.
    fn tab_to(&mut self, what: &str, selector: &str) -> anyhow::Result<bool> {
        let reached =
            format!("document.activeElement.matches({})", serde_json::to_string(selector)?);
        for _ in 0..TABS_MAX {
            if self.tab.run(&reached)? == true {
                self.expect_seen()?;
                return Ok(true);
            }
            self.tab.press("Tab")?;
        }
        self.checks += 1;
        self.faults.push(format!("keyboard: {what} is not reached with Tab"));
        Ok(false)
    }

    fn sign_in(&mut self) -> anyhow::Result<()> {
        self.tab.open("/tour")?;
        if self.tab_to("the rep of the tour", "form.role[action='/sign-in/as/rep'] button")? {
            self.tab.press("Enter")?;
        }
        self.expect("Enter signs in", "location.pathname === '/inbox'")?;
        Ok(())
    }

    fn list(&mut self) -> anyhow::Result<()> {
        for (key, row) in [("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0)] {
            self.tab.press(key)?;
            self.expect(&format!("`{key}` comes to row {row}"), &format!("{ROW} === {row}"))?;
            self.expect_seen()?;
        }
        self.tab.press("Enter")?;
        self.expect("Enter opens the row", "location.pathname.startsWith('/h/')")?;
        Ok(())
    }

    fn handoff(&mut self) -> anyhow::Result<()> {
        let loaded = "document.readyState === 'complete' && document.documentElement.hasAttribute('data-script')";
        self.expect("the handoff is there", loaded)?;
        self.tab.press("e")?;
        self.expect("`E` shows evidence", "location.hash === '#evidence-1'")?;
        self.tab.press("2")?;
        self.expect("`2` shows the second", "location.hash === '#evidence-2'")?;
        self.tab.press("r")?;
        let in_form =
            "document.querySelector('details.act[open] form')?.contains(document.activeElement)";
        self.expect("`R` opens its form and goes into it", in_form)?;
        self.expect_seen()?;
        self.tab.press("Escape")?;
        self.expect("Esc closes it", "document.querySelector('details.act[open]') === null")?;
        self.expect("Esc goes back to its button", "document.activeElement.dataset.key === 'R'")?;
        self.expect_seen()
    }

    fn dialogs(&mut self) -> anyhow::Result<()> {
        for (stroke, what) in [("?", "the map of keys"), ("Ctrl+k", "the palette")] {
            self.tab.press(stroke)?;
            let inside = "document.querySelector('dialog[open]')?.contains(document.activeElement)";
            self.expect(&format!("`{stroke}` opens {what} and goes into it"), inside)?;
            self.expect_seen()?;
            for _ in 0..3 {
                self.tab.press("Tab")?;
            }
            self.tab.press("Escape")?;
            let closed = "document.querySelector('dialog[open]') === null";
            self.expect(&format!("Esc leaves {what}"), closed)?;
            let back = "document.activeElement.dataset.key === 'R'";
            self.expect(&format!("the focus is where it was before {what}"), back)?;
        }
        Ok(())
    }

    fn accept(&mut self) -> anyhow::Result<()> {
        self.tab.press("a")?;
        let accepted = "document.querySelector('.chips .chip')?.textContent === 'accepted by you'";
        self.expect("`A` accepts", accepted)?;
        self.tab.press("g")?;
        self.tab.press("i")?;
        let inbox = "location.pathname === '/inbox' && document.documentElement.hasAttribute('data-script')";
        self.expect("`g` `i` goes to the inbox", inbox)?;
        Ok(())
    }

    fn search(&mut self) -> anyhow::Result<()> {
        let company =
            "(document.querySelector('.rows a .says')?.textContent ?? '').split('·')[0].trim()";
        let company = self.tab.text(company)?;
        self.tab.press("/")?;
        self.expect("`/` goes to search", "document.activeElement.id === 'search'")?;
        self.expect_seen()?;
        self.tab.type_text(&company)?;
        self.tab.press("Enter")?;
        let found = "location.pathname === '/search' && document.querySelector('.found .rows a') !== null \
                     && document.documentElement.hasAttribute('data-script')";
        self.expect(&format!("Enter finds `{company}`"), found)?;
        self.tab.press("j")?;
        self.expect("`j` comes to what was found", &format!("{ROW} === 0"))?;
        self.expect_seen()?;
        self.tab.press("Enter")?;
        self.expect("Enter opens what was found", "/^\\/[ah]\\//.test(location.pathname)")?;
        Ok(())
    }

    /// What is found, chosen and executed in the palette.
    fn palette(&mut self) -> anyhow::Result<()> {
        self.tab.open("/inbox")?;
        let company =
            "(document.querySelector('.rows a .says')?.textContent ?? '').split('·')[0].trim()";
        let company = self.tab.text(company)?;
        self.in_palette("desk")?;
        self.tab.press("Enter")?;
        self.expect("the palette goes to the desk", "location.pathname === '/desk'")?;
        self.tab.open("/inbox")?;
        self.in_palette(&format!("@{company}"))?;
        let found =
            "document.querySelector('.palette [role=group][aria-label=Found] [role=option]')";
        if self.expect(&format!("the palette finds `{company}`"), found)? {
            for _ in 0..20 {
                let chosen = "document.querySelector('.palette [aria-selected=true]')?.parentElement.getAttribute('aria-label') === 'Found'";
                if self.tab.run(chosen)? == true {
                    break;
                }
                self.tab.press("ArrowDown")?;
            }
        }
        self.tab.press("Enter")?;
        self.expect("the palette opens what it found", "/^\\/[ah]\\//.test(location.pathname)")?;
        self.outcome()
    }

    /// Says what came of a lead that was accepted before: the palette opens the form, keys fill and send it.
    fn outcome(&mut self) -> anyhow::Result<()> {
        self.tab.open("/inbox")?;
        let row = "[...document.querySelectorAll('.rows a')].findIndex((row) => /outcome|touch|contact|accepted/i.test(row.textContent))";
        let row = self.tab.run(row)?.as_i64().unwrap_or(-1);
        self.checks += 1;
        if row < 0 {
            self.faults.push("keyboard: the inbox has no lead that was accepted".to_owned());
            return Ok(());
        }
        for _ in 0..=row {
            self.tab.press("j")?;
        }
        self.tab.press("Enter")?;
        let open = "location.pathname.startsWith('/h/') && document.documentElement.hasAttribute('data-script')";
        self.expect("the accepted lead opens", open)?;
        self.in_palette(">log outcome")?;
        self.tab.press("Enter")?;
        let in_form =
            "document.querySelector('details.act[open] form')?.contains(document.activeElement)";
        if !self.expect("the palette opens the form and goes into it", in_form)? {
            return Ok(());
        }
        self.tab.press("Space")?;
        self.expect("Space chooses", "document.activeElement.checked")?;
        if self.tab_to("the note", "details[open] textarea")? {
            self.tab.type_text("by keys alone")?;
        }
        if self.tab_to("its button", "details[open] button[type=submit]")? {
            self.tab.press("Enter")?;
        }
        let did = "document.querySelector('.flash:not(.refused)') !== null \
                   && document.body.textContent.includes('by keys alone')";
        self.expect("what came of it is logged with its note", did)?;
        Ok(())
    }

    fn in_palette(&mut self, text: &str) -> anyhow::Result<()> {
        self.tab.press("Ctrl+k")?;
        self.expect(
            "`Ctrl K` opens the palette",
            "document.activeElement.matches('.palette input')",
        )?;
        self.tab.type_text(text)?;
        let chosen = "document.querySelector('.palette [aria-selected=true]')";
        self.expect(&format!("the palette knows `{text}`"), &format!("{chosen} !== null"))?;
        Ok(())
    }

    /// Once around a page with Tab: everything is reached, all of it is seen, nothing holds the focus.
    fn around(&mut self, path: &str) -> anyhow::Result<()> {
        self.tab.open(path)?;
        self.tab.run(AT_THE_BEGINNING)?;
        let reachable = self.tab.run(REACHABLE)?.as_u64().unwrap_or_default();
        self.tab.run("window.stops = []")?;
        for _ in 0..TABS_MAX {
            self.tab.press("Tab")?;
            let first_time = "!stops.includes(document.activeElement) && document.activeElement !== document.body \
                              && (stops.push(document.activeElement), true)";
            if self.tab.run(first_time)? != true {
                break;
            }
            if self.tab.run("document.activeElement.id === 'main'")? != true {
                self.expect_seen()?;
            }
        }
        let stops = self.tab.run("stops.length")?.as_u64().unwrap_or_default();
        let came_back =
            "document.activeElement === document.body || document.activeElement === stops[0]";
        self.expect(&format!("Tab leaves {path} at its end"), came_back)?;
        self.checks += 1;
        if stops < reachable {
            self.faults
                .push(format!("keyboard: Tab reaches {stops} of {reachable} things on {path}"));
        }
        Ok(())
    }
}
