//! Lines as they are written by the hosted service, whole and broken; and its real file.

use super::*;

const LINE: &str = r#"{"_label_cost":-1.0,"_label_probability":0.8500000238418579,"_label_Action":2,
"_labelIndex":1,"o":[{"v":1.0,"EventId":"e1","ActionTaken":false}],"Timestamp":"2021-02-04T16:31:29.2460000Z",
"Version":"1","EventId":"e1","a":[2,1],"c":{"FromUrl":[{"weather":"Sunny","user":{"age":30,"vip":true}}],
"Device":{"mobile":true},"_multi":[{"_tag":"Latte","i":{"constant":1,"id":"Latte"},"j":[{"type":"hot","price":3.5}]},
{"_tag":"Mocha","i":{"constant":1,"id":"Mocha"},"j":[{"type":"cold","sizes":[1,2],"of":["a","b"]}]}]},
"p":[0.85,0.15],"pdrop":0.5,"_original_label_cost":-1.0}"#;

fn read(text: &str) -> Result<DsDecision, Problem> {
    parse(text.replace('\n', "").as_bytes())
}

fn names(features: &[Feature]) -> Vec<(&str, f64)> {
    features.iter().map(|f| (f.name.as_str(), f.value)).collect()
}

#[test]
fn a_line_is_read_with_the_names_of_a_rank_request() {
    let DsDecision { decision, weight, is_learnt } = read(LINE).unwrap();
    assert_eq!((decision.guest.as_str(), decision.taken, decision.reward), ("e1", 1, 1.0));
    assert_eq!((decision.selection_probability, weight, is_learnt), (0.85, 2.0, true));
    assert_eq!(decision.micros, Some(1_612_456_289_246_000));
    let context = [
        ("Device.mobile=true", 1.0),
        ("user.age", 30.0),
        ("user.vip=true", 1.0),
        ("weather=Sunny", 1.0),
    ];
    assert_eq!(names(&decision.context), context);
    assert_eq!(decision.actions[0].id, "Latte");
    let mocha =
        [("of=a", 1.0), ("of=b", 1.0), ("sizes[0]", 1.0), ("sizes[1]", 2.0), ("type=cold", 1.0)];
    assert_eq!(names(&decision.actions[1].features), mocha);
}

#[test]
fn what_is_not_to_be_learnt_says_so() {
    let with = |field: &str| read(&LINE.replacen('{', &format!("{{{field},"), 1)).unwrap();
    assert!(!with(r#""_skipLearn":true"#).is_learnt);
    assert!(!with(r#""DeferredAction":true"#).is_learnt, "it was never shown");
    let shown = LINE.replace(r#""ActionTaken":false"#, r#""ActionTaken":true"#);
    let shown = shown.replacen('{', r#"{"DeferredAction":true,"#, 1);
    assert!(read(&shown).unwrap().is_learnt);
}

#[test]
fn a_broken_line_says_what_is_wrong_with_it() {
    let told = |from: &str, to: &str| {
        assert!(LINE.contains(from), "{from}");
        read(&LINE.replace(from, to)).unwrap_err().to_string()
    };
    assert!(told(r#""c":{"#, r#""x":{"#).contains("reward without its decision"));
    assert!(told(r#""_multi":["#, r#""_none":["#).contains("c._multi: is missing"));
    assert!(told(r#""_labelIndex":1"#, r#""_labelIndex":2"#).contains("_labelIndex: is not"));
    assert!(told(r#""_label_cost":-1.0"#, r#""_label_cost":"x""#).contains("_label_cost"));
    assert!(told(r#""pdrop":0.5"#, r#""pdrop":1.0"#).contains("pdrop"));
    assert!(told(r#""_tag":"Mocha""#, r#""_tag":"Latte""#).contains("twice"));
    assert!(told(r#""p":[0.85,0.15]"#, r#""p":[0.85,0.15],"_outcomes":[]"#).contains("slots"));
    let no_probability =
        LINE.replace("[0.85,0.15]", "[0.0,1.0]").replace("0.8500000238418579", "0.0");
    assert!(read(&no_probability).unwrap_err().to_string().contains("selection_probability"));
    assert!(told(r#""_label_cost":-1.0,"#, "").contains("_label_cost: is missing"));
    assert!(told("{", "").contains("JSON"));
}

/// The file of the hosted service's coffee example: a decision a line.
#[test]
fn the_real_file_is_read_whole() {
    let Some(files) = crate::testkit::data::unpacked("vw_bandit_regression.tar.zst") else {
        return;
    };
    let text = &files["vw/dsjson_cb.json"];
    let read: Vec<_> = DsReader::new(text.as_bytes()).collect::<Result<_, _>>().unwrap();
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    assert_eq!(read.len(), lines);
    assert!(read.iter().all(|d| d.decision.actions.len() == 4 && d.is_learnt));
    let p = |d: &DsDecision| d.decision.selection_probability;
    assert!(read.iter().all(|d| (p(d) - 0.85).abs() < 1e-12 || (p(d) - 0.05).abs() < 1e-12));
    // The value of what ran, by the self-normalised estimate of itself, is the mean reward.
    let rewards: f64 = read.iter().map(|d| d.decision.reward).sum();
    let costs = text.matches("\"_label_cost\":-1.0").count();
    assert!((rewards - costs as f64).abs() < 1e-12 && rewards > 0.0);
}
