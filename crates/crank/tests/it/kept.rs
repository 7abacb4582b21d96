//! A folder opens with the strategy that an earlier program put in force.

use std::sync::Arc;

use domain::fact::{By, Mode};
use rules::{compile, compile_kept};

use crate::folder::Folder;
use crate::office::{ROUTING, files};

#[test]
fn a_strategy_of_before_with_a_word_that_is_refused_now_stays_in_force() {
    let mut folder = Folder::open();
    let mut before = files(ROUTING);
    let head = b"strategy: office\nseed: 7\nautonomy: { assign: automatic, email-buyer: review }\n";
    before.0.insert("strategy.yaml".to_owned(), head.to_vec());
    assert!(compile(&before).strategy.is_none(), "nobody can apply it today");
    let strategy = Arc::new(compile_kept(&before).expect("an earlier program took it"));
    let (version, now) = (strategy.version, folder.now);
    folder
        .group(|crank| crank.apply(&before, strategy, Mode::Live, &By::Operator, now))
        .expect("put in force");
    let mut folder = folder.try_reopen().expect("the folder opens");
    assert_eq!(folder.crank.strategies().in_force().map(|known| known.version), Some(version));
    assert!(folder.does("form.submitted", "ada@acme.com").handoff.is_some(), "and it decides");
}
