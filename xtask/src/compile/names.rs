//! Short names between a module and its glue. What wasm-bindgen calls an import ends in a hash, which stands
//! in both files and does not compress: 5 % of a login page.
use serde_json::Value;

use crate::problem::Problem;

/// What `wasm-opt` calls the one module that is imported from.
const MODULE: &str = "a";

/// The glue with the names of wasm-opt's `report`: of imports module, name and the name now, of exports
/// name and the name now.
pub(super) fn shorten(glue: &str, report: &str) -> Result<String, Problem> {
    let json = report.find('{').and_then(|start| report.get(start..));
    let mut values = serde_json::Deserializer::from_str(json.unwrap_or_default()).into_iter();
    let renamed: Value = values
        .next()
        .and_then(Result::ok)
        .ok_or_else(|| unknown("the report on names"))?;
    let mut glue = glue.to_owned();
    for row in rows(&renamed, "imports") {
        let [module, name, now] = row.as_slice() else {
            return Err(unknown("an import"));
        };
        let quoted = |module: &str| format!("\"{module}\": ");
        glue = glue.replace(&quoted(module), &quoted(MODULE));
        glue = only(&glue, &format!(" {name}: "), &format!(" {now}: "))?;
    }
    for row in rows(&renamed, "exports") {
        let [name, now] = row.as_slice() else {
            return Err(unknown("an export"));
        };
        glue = renamed_export(&glue, name, now);
    }
    Ok(glue)
}

fn rows<'a>(renamed: &'a Value, kind: &str) -> Vec<Vec<&'a str>> {
    let rows = renamed.get(kind).and_then(Value::as_array);
    let rows = rows.into_iter().flatten().filter_map(Value::as_array);
    rows.map(|row| row.iter().filter_map(Value::as_str).collect())
        .collect()
}

fn only(glue: &str, name: &str, now: &str) -> Result<String, Problem> {
    if glue.matches(name).count() != 1 {
        return Err(unknown(name.trim()));
    }
    Ok(glue.replace(name, now))
}

fn renamed_export(glue: &str, name: &str, now: &str) -> String {
    let wanted = format!("wasm.{name}");
    let mut parts = glue.split(&wanted);
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let longer = part.starts_with(|next: char| next.is_alphanumeric() || next == '_');
        if longer {
            all.push_str(&wanted);
        } else {
            all.extend(["wasm.", now]);
        }
        all.push_str(part);
    }
    all
}

fn unknown(what: &str) -> Problem {
    Problem::new(
        format_args!("{what} is not as this version of wasm-bindgen and wasm-opt writes it"),
        "see xtask/src/compile/names.rs",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = r#"
function imports() { const import0 = {
        __wbg_now_46: function() { return Date.now(); },
        __wbg_new_cd: function() {},
    };
    return { "./verify_bg.js": import0 };
}
wasm.handle_new(wasm.handle_new_one(), wasm.memory.buffer);
"#;
    const REPORT: &str = r#"{ "imports": [
        ["./verify_bg.js", "__wbg_now_46", "$"], ["./verify_bg.js", "__wbg_new_cd", "A"]],
        "exports": [["memory", "la"], ["handle_new", "ma"], ["unused", "na"]] }
"#;

    #[test]
    fn every_name_in_the_glue_becomes_the_one_in_the_module() {
        let glue = shorten(GLUE, REPORT).unwrap_or_default();
        for there in [
            " $: function() { return",
            " A: function",
            r#"{ "a": import0 }"#,
            "wasm.ma(wasm.handle_new_one(), wasm.la.buffer)",
        ] {
            assert!(glue.contains(there), "{there} in {glue}");
        }
    }

    #[test]
    fn an_import_that_the_glue_does_not_have_is_an_error() {
        let glue = GLUE.replace("__wbg_now_46", "__wbg_now_47");
        assert!(shorten(&glue, REPORT).is_err());
        assert!(shorten(GLUE, "no report").is_err());
    }
}
