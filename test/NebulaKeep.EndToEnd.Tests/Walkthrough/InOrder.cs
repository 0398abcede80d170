using Xunit.Sdk;
using Xunit.v3;

namespace NebulaKeep.EndToEnd.Tests.Walkthrough;

/// <summary>The tests of a class by their names: a walk has steps.</summary>
public sealed class InOrder : ITestCaseOrderer
{
    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase =>
        [.. testCases.OrderBy(test => test.TestMethodName, StringComparer.Ordinal)];
}
