//! What a wasm says: its functions by name, whom they call, and which places their panics tell.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rustc_demangle::demangle;
use wasmparser::{BinaryReaderError, DataKind, Name, Operator, Parser, Payload, TypeRef};

/// All functions, the imported ones first, as wasm counts them.
pub(crate) struct Module {
    pub(crate) functions: Vec<Function>,
}

#[derive(Default)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) calls: BTreeSet<usize>,
    pub(crate) places: BTreeSet<Place>,
    constants: BTreeSet<u32>,
}

/// Where a panic says that it happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: String,
    line: u32,
    column: u32,
}

impl Module {
    pub(crate) fn read(wasm: &[u8]) -> Result<Self, BinaryReaderError> {
        let mut functions = Vec::new();
        let mut names = BTreeMap::new();
        let mut memory = Memory::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        if matches!(import?.ty, TypeRef::Func(_)) {
                            functions.push(Function::default());
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let mut function = Function::default();
                    for operator in body.get_operators_reader()? {
                        function.take(&operator?);
                    }
                    functions.push(function);
                }
                Payload::DataSection(data) => {
                    for data in data {
                        let data = data?;
                        if let DataKind::Active { offset_expr, .. } = data.kind
                            && let Operator::I32Const { value } =
                                offset_expr.get_operators_reader().read()?
                        {
                            memory.0.push((value.cast_unsigned(), data.data.to_vec()));
                        }
                    }
                }
                Payload::CustomSection(section) if section.name() == "name" => {
                    names = function_names(&section)?;
                }
                _ => {}
            }
        }
        for (index, function) in functions.iter_mut().enumerate() {
            function.name = names.remove(&index).unwrap_or_default();
            let places = function.constants.iter();
            function.places = places.filter_map(|at| memory.place(*at)).collect();
        }
        Ok(Self { functions })
    }
}

fn function_names(
    section: &wasmparser::CustomSectionReader<'_>,
) -> Result<BTreeMap<usize, String>, BinaryReaderError> {
    let mut names = BTreeMap::new();
    if let wasmparser::KnownCustom::Name(subsections) = section.as_known() {
        for subsection in subsections {
            if let Name::Function(map) = subsection? {
                for naming in map {
                    let naming = naming?;
                    let name = format!("{:#}", demangle(naming.name));
                    names.insert(index(naming.index), name);
                }
            }
        }
    }
    Ok(names)
}

impl Function {
    fn take(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                self.calls.insert(index(*function_index));
            }
            Operator::I32Const { value } => {
                self.constants.insert(value.cast_unsigned());
            }
            _ => {}
        }
    }
}

/// What is in memory before anything runs.
#[derive(Default)]
struct Memory(Vec<(u32, Vec<u8>)>);

impl Memory {
    /// The `Location` at an address, if one is there: a text that names a file of Rust, its length, a line
    /// and a column.
    fn place(&self, at: u32) -> Option<Place> {
        let number = |field: u32| {
            let bytes = self.bytes(at.checked_add(field)?, 4)?;
            Some(u32::from_le_bytes(bytes.try_into().ok()?))
        };
        let (file, length) = (number(0)?, number(4)?);
        let (line, column) = (number(8)?, number(12)?);
        let file = std::str::from_utf8(self.bytes(file, length)?).ok()?;
        let is_file = file.ends_with(".rs") && !file.contains(char::is_whitespace);
        (is_file && line > 0 && column > 0).then(|| Place {
            file: file.to_owned(),
            line,
            column,
        })
    }

    fn bytes(&self, at: u32, length: u32) -> Option<&[u8]> {
        self.0.iter().find_map(|(start, data)| {
            let from = index(at.checked_sub(*start)?);
            data.get(from..from.checked_add(index(length))?)
        })
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // From the crate on: where crates are kept is this machine's affair.
        let file = self.file.rsplit_once("/index.crates.io-");
        let file = file.and_then(|(_, file)| file.split_once('/'));
        let file = file.map_or(self.file.as_str(), |(_, file)| file);
        write!(f, "{file}:{}:{}", self.line, self.column)
    }
}
