use super::{Line, lines, says};

const PAGE: &str = "# `a-code`

Error: it is
[so](b-code.md), see [`b-code`](b-code.md).

## What to do

- Look at [the guide](../how-to/guide.md) and do what it says as soon as you can.
- Else:

| what | how |
|---|---|
| a [place](#what-to-do) | go [there](https://a.example/) |

```
a very long command that must stay in one line whatever the width of the terminal is
```
";

#[test]
fn a_page_is_filled_to_the_width_and_code_stays() {
    let shown: Vec<String> = lines(PAGE, 40)
        .into_iter()
        .map(|line| match line {
            Line::Heading(text) => format!("# {text}"),
            Line::Text(text) => text,
        })
        .collect();
    let expected = "# a-code Error: it is so (baton explain b-code), see `b-code`. # What to do \
        - Look at the guide (baton explain guide) and do what it says as soon as you can. - Else: \
        - what | how - a place | go there (https://a.example/) \
        a very long command that must stay in one line whatever the width of the terminal is";
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&shown.join("\n")), words(expected));
    let prose = shown.iter().filter(|line| !line.starts_with("    "));
    assert!(prose.clone().all(|line| line.chars().count() <= 40), "{shown:#?}");
    assert!(shown.iter().any(|line| line.ends_with("whatever the width of the terminal is")));
}

#[test]
fn the_first_paragraph_says_what_a_code_is() {
    assert_eq!(says(PAGE), "Error: it is so (baton explain b-code), see `b-code`.");
}
