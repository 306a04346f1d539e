// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_WORD_CHECKER_H
#define MPTCP_WORD_CHECKER_H

#include "ns3/attribute.h"
#include "ns3/string.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{

/**
 * For attributes whose value is one of a few words: any other is refused where it is set, as a
 * default too. ns3::EnumValue would do that with an assertion, and optimised builds have none.
 */
class MptcpWordChecker : public AttributeChecker
{
  public:
    explicit MptcpWordChecker(std::vector<std::string> words)
        : m_words(std::move(words))
    {
    }

    bool Check(const AttributeValue& value) const override
    {
        const auto* text = dynamic_cast<const StringValue*>(&value);
        return text && std::find(m_words.begin(), m_words.end(), text->Get()) != m_words.end();
    }

    std::string GetValueTypeName() const override
    {
        return "ns3::StringValue";
    }

    bool HasUnderlyingTypeInformation() const override
    {
        return true;
    }

    std::string GetUnderlyingTypeInformation() const override
    {
        std::string all;
        for (const std::string& word : m_words)
        {
            all += (all.empty() ? "" : "|") + word;
        }
        return all;
    }

    Ptr<AttributeValue> Create() const override
    {
        return ns3::Create<StringValue>();
    }

    bool Copy(const AttributeValue& source, AttributeValue& destination) const override
    {
        const auto* from = dynamic_cast<const StringValue*>(&source);
        auto* to = dynamic_cast<StringValue*>(&destination);
        if (!from || !to)
        {
            return false;
        }
        *to = *from;
        return true;
    }

  private:
    std::vector<std::string> m_words;
};

} // namespace ns3

#endif // MPTCP_WORD_CHECKER_H
