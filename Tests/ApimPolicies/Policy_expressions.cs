using System.Xml.Linq;
using SessionAware.Tests.ApimDoor;
using SessionAware.Tests.Infra;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimPolicies;

/// <summary>The expressions in the policies: API Management looks into them only when it carries them out.</summary>
public sealed class Policy_expressions
{
    [Fact]
    public async Task Every_expression_is_csharp_7_over_documented_members_alone()
    {
        Bicep.SkipWhereMissing();
        var checkedSoFar = new HashSet<string>();
        foreach (var preview in new[] { await AzurePreview.OfAsync("apis"), await AzurePreview.OfAsync("apis", DoorWorld.Pools) })
        {
            foreach (var expression in preview.Policies().Values.Concat(preview.Fragments().Values).SelectMany(ExpressionsIn).Where(checkedSoFar.Add))
                Assert.True(PolicyExpression.FaultsOf(expression) is [], $"{expression}\n{string.Join('\n', PolicyExpression.FaultsOf(expression))}");
        }

        Assert.InRange(checkedSoFar.Count, 10, 100);
    }

    [Theory]
    [InlineData("@(context.Request.Path)", "CS1061")]
    [InlineData("@(context.Response.Headers.Count is > 1)", "CS8")]
    [InlineData("@{ var a = 1; }", "CS0161")]
    [InlineData("@(context.Request.Headers.GetValueOrDefault(\"a\", \"\")", "CS1026")]
    [InlineData("@(System.IO.File.ReadAllText(\"a\"))", "System.IO.File is in no reference")]
    [InlineData("@(Environment.MachineName)", "System.Environment is in no reference")]
    [InlineData("@(Regex.Escape(\"a\"))", "System.Text.RegularExpressions.Regex.Escape(string) is in no reference")]
    [InlineData("@((object)null)", "object is in no reference")]
    [InlineData("@{ Func<string> a = () => \"a\"; return a(); }", "System.Func<string> is in no reference")]
    public void What_is_not_documented_is_found(string expression, string fault) =>
        Assert.Contains(fault, string.Join('\n', PolicyExpression.FaultsOf(expression)), StringComparison.Ordinal);

    private static IEnumerable<string> ExpressionsIn(XElement document) => document.DescendantsAndSelf()
        .SelectMany(element => element.Attributes().Select(attribute => attribute.Value).Append(element.HasElements ? "" : element.Value))
        .Where(PolicyExpression.Is).Select(expression => expression.Trim());
}
