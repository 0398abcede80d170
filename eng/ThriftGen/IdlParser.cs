using System.Globalization;

namespace NebulaKeep.ThriftGen;

/// <summary>Reads one IDL file. Errors name file and line.</summary>
public sealed class IdlParser
{
    readonly string file;
    readonly List<Token> tokens;
    int at;

    IdlParser(string file, string text)
    {
        this.file = file;
        tokens = IdlLexer.Read(file, text);
    }

    Token Next => tokens[at];

    /// <summary>Parses a file.</summary>
    /// <exception cref="FormatException">The text is outside the dialect.</exception>
    public static IdlFile Parse(string file, string text) => new IdlParser(file, text).ParseFile();

    IdlFile ParseFile()
    {
        var result = new IdlFile(file);
        while (Next.Kind != TokenKind.End) ParseDeclaration(result);
        return result;
    }

    void ParseDeclaration(IdlFile result)
    {
        var start = Take(TokenKind.Word);
        switch (start.Text)
        {
            case "include": result.Includes.Add(Take(TokenKind.Text).Text); break;
            case "namespace": result.Namespace = (Take(TokenKind.Word), Take(TokenKind.Word)).Item2.Text; break;
            case "const": Add(result.Consts, ParseConst(start)); break;
            case "enum": Add(result.Types, ParseEnum(start)); break;
            case "struct": Add(result.Types, ParseStruct(start, isUnion: false)); break;
            case "union": Add(result.Types, ParseStruct(start, isUnion: true)); break;
            case "service": result.Services.Add(ParseService(start)); break;
            default: throw Error(start, "a declaration");
        }
    }

    void Add(Dictionary<string, IdlType> types, IdlType type)
    {
        if (!types.TryAdd(type.Name, type)) throw new FormatException($"{file}: {type.Name} is declared twice");
    }

    void Add(Dictionary<string, IdlConst> consts, IdlConst value)
    {
        if (!consts.TryAdd(value.Name, value)) throw new FormatException($"{file}: {value.Name} is declared twice");
    }

    IdlConst ParseConst(Token start)
    {
        Take("string");
        var name = Take(TokenKind.Word).Text;
        Take("=");
        return new IdlConst(name, Take(TokenKind.Text).Text, start.Doc, start.Source);
    }

    IdlEnum ParseEnum(Token start)
    {
        var name = Take(TokenKind.Word).Text;
        var members = new List<(string, int)>();
        Take("{");
        while (!TryTake("}"))
        {
            var member = Take(TokenKind.Word).Text;
            Take("=");
            members.Add((member, Number()));
        }
        return new IdlEnum(name, name, start.Doc, start.Source, members);
    }

    IdlStruct ParseStruct(Token start, bool isUnion)
    {
        var name = Take(TokenKind.Word).Text;
        var csName = Annotations().GetValueOrDefault("cs.name", name);
        Take("{");
        var fields = new List<IdlField>();
        while (!TryTake("}")) fields.Add(ParseField());
        return new IdlStruct(name, csName, start.Doc, start.Source, isUnion, fields);
    }

    IdlField ParseField()
    {
        var start = Next;
        var id = Number();
        Take(":");
        var requiredness = TryTake("optional") ? Requiredness.Optional : TryTake("required") ? Requiredness.Required : Requiredness.Default;
        var type = ParseType();
        var name = Take(TokenKind.Word).Text;
        var value = TryTake("=") ? ParseValue() : null;
        var notes = Annotations();
        return new IdlField((short)id, name, type, requiredness, value, start.Doc, notes.GetValueOrDefault("text") == "lossy",
            notes.ContainsKey("cs.secret"));
    }

    IdlTypeRef ParseType()
    {
        var name = Take(TokenKind.Word).Text;
        if (!TryTake("<")) return new IdlTypeRef(name);
        var arguments = new List<IdlTypeRef> { ParseType() };
        while (TryTake(",")) arguments.Add(ParseType());
        Take(">");
        return new IdlTypeRef(name, arguments);
    }

    IdlValue ParseValue()
    {
        if (!TryTake("{")) return new IdlValue(tokens[at++].Text);
        var fields = new List<(string, IdlValue)>();
        do
        {
            var name = Take(TokenKind.Text).Text;
            Take(":");
            fields.Add((name, ParseValue()));
        }
        while (TryTake(","));
        Take("}");
        return new IdlValue("", fields);
    }

    IdlService ParseService(Token start)
    {
        var name = Take(TokenKind.Word).Text;
        var methods = new List<IdlMethod>();
        Take("{");
        while (!TryTake("}")) methods.Add(ParseMethod());
        return new IdlService(name, start.Doc, start.Source, methods);
    }

    IdlMethod ParseMethod()
    {
        var doc = Next.Doc;
        var isOneway = TryTake("oneway");
        var result = ParseType();
        var name = Take(TokenKind.Word).Text;
        var parameters = new List<IdlField>();
        Take("(");
        while (!TryTake(")"))
        {
            parameters.Add(ParseField());
            TryTake(",");
        }
        return new IdlMethod(name, doc, isOneway, result, parameters);
    }

    Dictionary<string, string> Annotations()
    {
        var notes = new Dictionary<string, string>();
        if (Next.Text != "(" || !TryTake("(")) return notes;
        do
        {
            var name = Take(TokenKind.Word).Text;
            notes[name] = TryTake("=") ? Take(TokenKind.Text).Text : "";
        }
        while (TryTake(","));
        Take(")");
        return notes;
    }

    int Number() => int.Parse(Take(TokenKind.Number).Text, CultureInfo.InvariantCulture);

    Token Take(TokenKind kind) => Next.Kind == kind ? tokens[at++] : throw Error(Next, kind.ToString());

    void Take(string text)
    {
        if (!TryTake(text)) throw Error(Next, $"'{text}'");
    }

    bool TryTake(string text)
    {
        if (Next.Kind is TokenKind.Text or TokenKind.End || Next.Text != text) return false;
        at++;
        return true;
    }

    FormatException Error(Token token, string wanted) => new($"{file}:{token.Line}: {wanted} is expected, '{token.Text}' is there");
}
