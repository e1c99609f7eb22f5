//! The rules, each seen to fail: a file that breaks it is found, a near miss is not.

use super::code::take_apart;
use super::*;

/// The rules that a file at `path` with this text breaks, as `line: rule`.
fn broken(path: &str, text: &str) -> Vec<String> {
    let source = Source { path: path.into(), text: text.into() };
    check(&source).iter().map(|finding| format!("{}: {}", finding.line, finding.rule)).collect()
}

fn assert_broken(path: &str, text: &str, rule: &str) {
    let found = broken(path, text);
    assert!(found.iter().any(|found| found.contains(rule)), "{rule:?} is not in {found:?}");
}

fn assert_clean(path: &str, text: &str) {
    assert_eq!(broken(path, text), Vec::<String>::new(), "{text}");
}

#[test]
fn an_import_that_goes_up_is_found() {
    assert_broken(
        "src/learn/x.rs",
        "//! x\nuse crate::store::Log;\n",
        "2: `learn` may not use `store`",
    );
    assert_broken(
        "src/domain/x.rs",
        "//! x\nfn f(_: crate::sys::X) {}\n",
        "2: `domain` may not use `sys`",
    );
    assert_broken(
        "src/grpc/x.rs",
        "//! x\nuse crate::gateway::X;\n",
        "`grpc` may not use `gateway`",
    );
    assert_broken("src/console/x.rs", "//! x\nuse crate::api::X;\n", "`console` may not use `api`");
    assert_broken("src/engine/x.rs", "//! x\nuse crate::grpc::X;\n", "`engine` may not use `grpc`");
}

#[test]
fn groups_and_other_spellings_are_searched_too() {
    let grouped = "//! x\nuse crate::{\n    domain::{id::Id, time},\n    engine::Engine,\n};\n";
    assert_broken("src/store/x.rs", grouped, "2: `store` may not use `engine`");
    assert_broken(
        "src/store/mod.rs",
        "//! x\nuse super::engine::E;\n",
        "`store` may not use `engine`",
    );
    assert_broken(
        "src/store/x.rs",
        "//! x\nuse concierge::cache::C;\n",
        "`store` may not use `cache`",
    );
    assert_clean(
        "src/store/x.rs",
        "//! x\nuse crate::{domain::{id, engine}, sys::clock, store::key};\n",
    );
    assert_clean("src/store/keys/x.rs", "//! x\nuse super::engine::E;\n");
}

#[test]
fn a_folder_without_a_row_is_found() {
    assert_broken("src/misc/x.rs", "//! x\n", "`src/misc` is not a layer");
}

#[test]
fn what_a_layer_may_use_is_clean() {
    assert_clean(
        "src/learn/x.rs",
        "//! x\nuse crate::domain::id::Id;\nuse crate::learn::ranker;\n",
    );
    assert_clean("src/app/x.rs", "//! x\nuse crate::{engine, grpc, store};\n");
    assert_clean("src/decide/x.rs", "//! x\n#[cfg(test)]\nmod t { use crate::testkit::w; }\n");
    assert_clean("src/domain/x.rs", "//! x\nmacro_rules! m { () => { crate::define!() } }\n");
}

#[test]
fn what_a_price_may_not_see_is_found() {
    let path = "src/decide/price/x.rs";
    assert_broken(path, "//! x\nuse crate::domain::guest::GuestState;\n", "2: a price may not see");
    assert_broken(path, "//! x\nfn f(_: GuestKey) {}\n", "2: a price may not see `Guest`");
    assert_broken("src/domain/price.rs", "//! x\nuse super::consent::C;\n", "not see `consent`");
    assert_broken(path, "//! x\nfn f(_: ValueTier) {}\n", "not see `ValueTier`");
    assert_clean(path, "//! x\n// a guest\nfn f(terms: T) { terms.staying(); }\n");
    assert_clean("src/decide/x.rs", "//! x\nuse crate::domain::guest::GuestState;\n");
}

#[test]
fn a_crate_away_from_home_is_found() {
    assert_broken(
        "src/engine/x.rs",
        "//! x\nuse rocksdb::DB;\n",
        "2: `rocksdb` is at home in store",
    );
    assert_broken("src/engine/x.rs", "//! x\nuse rocksdb as r;\n", "`rocksdb` is at home in store");
    assert_broken(
        "src/main.rs",
        "//! x\nfn f() -> rocksdb::Error { f() }\n",
        "`rocksdb` is at home",
    );
    assert_broken(
        "src/gateway/x.rs",
        "//! x\nuse tonic_types::ErrorDetails;\n",
        "`tonic` is at home",
    );
    assert_broken("src/grpc/x.rs", "//! x\nuse ::axum::Router;\n", "`axum` is at home in gateway");
    assert_clean("src/store/x.rs", "//! x\nuse rocksdb::DB;\n");
    assert_clean(
        "src/engine/x.rs",
        "//! rocksdb::DB\n// use rocksdb::DB;\nconst S: &str = \"rocksdb::DB\";\n",
    );
    assert_clean("src/engine/x.rs", "//! x\nfn tonics(rocksdb_path: u8) {}\nmod tectonic {}\n");
}

#[test]
fn a_pure_layer_that_reaches_out_is_found() {
    assert_broken("src/domain/x.rs", "//! x\n#[derive(serde::Serialize)]\nstruct S;\n", "`serde`");
    assert_broken("src/domain/x.rs", "//! x\nuse std::io::Write;\n", "`std::io`");
    assert_broken("src/domain/x.rs", "//! x\nuse std::{fmt, io::Write};\n", "`std::io`");
    assert_clean("src/domain/x.rs", "//! x\nuse std::{fmt, iter};\n");
    assert_broken(
        "src/decide/x.rs",
        "//! x\nasync fn f() { tokio::task::yield_now().await }\n",
        "`tokio`",
    );
    assert_clean("src/store/x.rs", "//! x\nuse std::io::Write;\n");
}

#[test]
fn a_file_without_its_idea_is_found() {
    assert_broken("tests/it/x.rs", "use std::fs;\n", "1: a file opens with `//!`");
    assert_broken("src/sys/x.rs", "", "a file opens with `//!`");
    assert_clean("benches/x.rs", "//! x\n");
}

#[test]
fn an_undocumented_public_item_is_found() {
    assert_broken("src/sys/x.rs", "//! x\n\npub struct S;\n", "3: a public type");
    assert_broken("src/sys/x.rs", "//! x\n\n#[derive(Debug)]\npub enum E {}\n", "4: a public type");
    assert_broken(
        "src/sys/x.rs",
        "//! x\nfn a() {}\npub fn b() {}\n",
        "3: a public type or function",
    );
    assert_clean("src/sys/x.rs", "//! x\n/// s\n#[derive(\n    Debug,\n)]\npub struct S;\n");
    assert_clean("src/sys/x.rs", "//! x\npub(crate) struct S;\nimpl S {\n    pub fn f() {}\n}\n");
    assert_clean("tests/it/x.rs", "//! x\npub struct S;\n");
}

#[test]
fn leftovers_are_found() {
    let mark = concat!("FIX", "ME");
    assert_broken("src/sys/x.rs", &format!("//! x\n// {mark}: later\n"), "2: finish it");
    assert_broken("tests/it/x.rs", concat!("//! x\n// XX", "X\n"), "2: finish it");
    assert_broken("src/sys/x.rs", concat!("//! x\nfn f() { to", "do!() }\n"), "2: unfinished code");
    assert_broken(
        "src/sys/x.rs",
        concat!("//! x\nfn f() { unimpl", "emented!() }\n"),
        "unfinished code",
    );
    assert_broken("src/sys/x.rs", "//! x\nuse super::super::y;\n", "2: two levels up");
    assert_broken(
        "tests/it/x.rs",
        "//! x\n#[test]\n#[ignore = \"slow\"]\nfn f() {}\n",
        "3: a test is not",
    );
    assert_clean(
        "src/sys/x.rs",
        concat!("//! x\n// the XX", "XL suite\n// a to", "do! in words\n"),
    );
}

#[test]
fn long_lines_and_long_files_are_found() {
    let line = |columns: usize| format!("//! {}\n", "é".repeat(columns - 4));
    assert_broken("src/sys/x.rs", &line(LINE_LIMIT + 1), "1: a line has at most");
    assert_clean("src/sys/x.rs", &line(LINE_LIMIT));

    let file = |lines: usize| Source { path: "src/sys/x.rs".into(), text: "//! x\n".repeat(lines) };
    let found = |lines, tolerated: &[_]| check_lengths(&[file(lines)], tolerated).len();
    assert_eq!(found(FILE_LIMIT, &[]), 0);
    assert_eq!(found(FILE_LIMIT + 1, &[]), 1);
    assert_eq!(found(FILE_LIMIT + 1, &[("src/sys/x.rs", "a table")]), 0);
    assert_eq!(
        found(FILE_LIMIT, &[("src/sys/x.rs", "a table")]),
        1,
        "an entry that no longer offends"
    );
    assert_eq!(found(FILE_LIMIT, &[("src/sys/gone.rs", "a table")]), 1, "an entry for no file");
}

#[test]
fn code_is_kept_without_comments_and_literals() {
    let kept = |text: &str| take_apart(text).code.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(kept("a // b\nc /* d /* e */ f */ g"), "a c g");
    assert_eq!(kept(r#"a "b \" c" d"#), "a d");
    assert_eq!(kept(r##"a r#"b " c"# b"d" e"##), "a e");
    assert_eq!(kept(r"a '\'' b '\u{1F600}' c '/' d '/' e"), "a b c d e");
    assert_eq!(
        kept("fn f<'a>(x: &'a str) -> &'a str { x }"),
        "fn f<'a>(x: &'a str) -> &'a str { x }"
    );
    assert_eq!(kept("let für = \"é\"; attr"), "let für = ; attr");
    assert_eq!(take_apart("\"a\nb\"\n/* c\n*/ d").code.lines().count(), 4);
    assert_eq!(kept("\"never closed"), "");
}

#[test]
fn comments_are_kept_without_code_and_literals() {
    let kept =
        |text: &str| take_apart(text).comments.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(kept("a // b\n\"// c\" /* d\n*/ e"), "// b /* d */");
}
