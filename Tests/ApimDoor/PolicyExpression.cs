using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SessionAware.Tests.ApimDoor;

/// <summary>An expression of a policy, compiled as C# 7 the way API Management does.</summary>
public static class PolicyExpression
{
    private const string Head = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Net;
        using System.Text;
        using System.Text.RegularExpressions;
        using System.Xml.Linq;
        using Newtonsoft.Json;
        using Newtonsoft.Json.Linq;
        using static SessionAware.Tests.ApimDoor.ContextExtensions;

        public static class Expression
        {
            public static object Evaluate(SessionAware.Tests.ApimDoor.PolicyContext context)
            {
        """;

    private static readonly CSharpParseOptions s_language = new(LanguageVersion.CSharp7, DocumentationMode.None);
    private static readonly CSharpCompilation s_nothing = CSharpCompilation.Create(
        "policy", references: References(), options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));

    private static readonly ConcurrentDictionary<string, Lazy<Func<PolicyContext, object?>>> s_compiled = [];

    /// <summary>Whether this is an expression and no literal.</summary>
    public static bool Is(string text) => text.Trim() is ['@', '(', .., ')'] or ['@', '{', .., '}'];

    /// <summary>A literal as it is, an expression's value.</summary>
    /// <exception cref="PolicyException">The expression failed, which is what API Management calls a run-time error.</exception>
    public static object? Evaluate(string text, PolicyContext context)
    {
        if (!Is(text))
            return text;
        var evaluate = s_compiled.GetOrAdd(text.Trim(), key => new(() => Compile(key))).Value;
        try
        {
            return evaluate(context);
        }
        catch (Exception failure)
        {
            throw new PolicyException(500, "expression", "ExpressionValueEvaluationFailure", $"Expression evaluation failed. {failure.Message}", failure);
        }
    }

    /// <summary>What the reference does not allow in this expression; nothing where it is right.</summary>
    public static IReadOnlyList<string> FaultsOf(string text)
    {
        var compilation = Parse(text.Trim());
        string[] errors = [.. compilation.GetDiagnostics().Where(fault => fault.Severity == DiagnosticSeverity.Error).Select(fault => $"{fault.Id}: {fault.GetMessage()}")];
        return errors.Length > 0 ? errors : [.. DocumentedMembers.UndocumentedIn(compilation)];
    }

    private static Func<PolicyContext, object?> Compile(string expression)
    {
        using var assembly = new MemoryStream();
        var result = Parse(expression).Emit(assembly);
        if (!result.Success)
            throw new InvalidOperationException($"{expression} does not compile: {string.Join(" ", result.Diagnostics)}");
        return Assembly.Load(assembly.ToArray()).GetType("Expression")!.GetMethod("Evaluate")!.CreateDelegate<Func<PolicyContext, object?>>();
    }

    private static CSharpCompilation Parse(string expression)
    {
        var body = expression[1] == '(' ? $"return {expression[1..]};" : expression[2..^1];
        return s_nothing.AddSyntaxTrees(CSharpSyntaxTree.ParseText($"{Head}\n{body}\n}}\n}}", s_language));
    }

    private static IEnumerable<MetadataReference> References() => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path) is "netstandard.dll" or "Newtonsoft.Json.dll" || Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
        .Append(typeof(PolicyContext).Assembly.Location)
        .Select(path => MetadataReference.CreateFromFile(path));
}
