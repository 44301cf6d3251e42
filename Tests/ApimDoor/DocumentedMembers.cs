using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimDoor;

/// <summary>The types and members that the reference allows in expressions, from <c>expression-types.txt</c>; of <c>context</c> all that is public.</summary>
internal static class DocumentedMembers
{
    private static readonly Dictionary<string, HashSet<string>?> s_types = File.ReadLines(Path.Combine(Repository.Root, "Tests", "ApimDoor", "expression-types.txt"))
        .Where(line => line is [not '#', ..])
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(words => words[0], words => words is [_, "*"] ? null : words.Skip(1).ToHashSet());

    /// <summary>What an expression uses that is not documented.</summary>
    public static IEnumerable<string> UndocumentedIn(CSharpCompilation compilation)
    {
        var tree = compilation.SyntaxTrees.Single();
        var model = compilation.GetSemanticModel(tree);
        return tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().First().Body!.DescendantNodes()
            .Where(node => node is not IdentifierNameSyntax { IsVar: true })
            .Select(node => model.GetSymbolInfo(node).Symbol)
            .Where(symbol => symbol is not null && !IsDocumented(symbol))
            .Select(symbol => $"{symbol!.ToDisplayString()} is in no reference of policy expressions")
            .Distinct();
    }

    private static bool IsDocumented(ISymbol symbol) => symbol switch
    {
        IArrayTypeSymbol array => IsDocumented(array.ElementType),
        INamedTypeSymbol type => Allows(type, member: null),
        IMethodSymbol { MethodKind: MethodKind.BuiltinOperator or MethodKind.AnonymousFunction or MethodKind.LocalFunction } => true,
        IMethodSymbol or IPropertySymbol or IFieldSymbol => Allows(symbol.ContainingType, symbol.MetadataName),
        IEventSymbol => false,
        _ => true,
    };

    private static bool Allows(INamedTypeSymbol type, string? member) =>
        type.ContainingAssembly.Name == typeof(PolicyContext).Assembly.GetName().Name
            ? type.Name == nameof(PolicyContext) || type.Name.StartsWith("Context", StringComparison.Ordinal)
            : s_types.TryGetValue($"{type.ContainingNamespace}.{type.Name}", out var members) && (members is null || member is null || members.Contains(member));
}
